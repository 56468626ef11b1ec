import * as pulumi from "@pulumi/pulumi";
import { parseCidr } from "../cidr.ts";
import { Endpoints } from "../components/endpoints.ts";
import { FlowLogs } from "../components/flowLogs.ts";
import { Network } from "../components/network.ts";
import { Perimeter, type PerimeterArgs } from "../components/perimeter.ts";
import { nodePorts } from "../servers/nodePorts.ts";
import { gamePorts } from "../servers/platforms.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import type { GameServersInputs } from "./inputs.ts";
import { directPorts } from "./ports.ts";
import { siteOf } from "./site.ts";

export interface GroundArgs {
  readonly context: StackContext;
  readonly inputs: GameServersInputs;
  readonly zones: readonly string[];
  readonly keyArn: pulumi.Input<string>;
}

/** A network as its users see it: the stack's own, or one that others share. */
export interface UsedNetwork {
  readonly vpcId: pulumi.Input<string>;
  readonly cidr: string;
  readonly publicSubnetIds: readonly pulumi.Input<string>[];
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  /** Those of the stack itself: whoever shares a network watches its gateways. */
  readonly natGatewayIds: readonly pulumi.Input<string>[];
  /** What must stand before anything that needs a way out. */
  readonly ways: pulumi.Resource[];
}

export interface Ground {
  readonly network: UsedNetwork;
  readonly perimeter: Perimeter;
}

/** The network, what may cross its groups, and the record of what did. A shared network keeps that record, and its endpoints, itself. */
export function declareGround(args: GroundArgs, place: ComponentPlace): Ground {
  const { context, inputs, keyArn } = args;
  if (inputs.network !== undefined) {
    const { vpcId, vpcCidr, publicSubnetIds, privateSubnetIds } = inputs.network;
    const network = { vpcId, cidr: vpcCidr, publicSubnetIds, privateSubnetIds, natGatewayIds: [], ways: [] };
    return { network, perimeter: declarePerimeter(args, network, place) };
  }
  const own = ownNetwork(args, place);
  const network = { ...own.parts, ways: [own.network] };
  const perimeter = declarePerimeter(args, network, place);
  const { vpcId, privateSubnetIds: subnetIds, routeTableIds } = own.network;
  const { endpointGroupId } = perimeter;
  if (endpointGroupId !== undefined) {
    new Endpoints("endpoints", { context, vpcId, routeTableIds, subnetIds, securityGroupId: endpointGroupId }, place);
  }
  new FlowLogs("flow-logs", { context, vpcId, keyArn, retentionDays: inputs.logRetentionDays }, place);
  return { network, perimeter };
}

function ownNetwork({ context, inputs, zones }: GroundArgs, place: ComponentPlace) {
  const site = siteOf(inputs);
  const cidr = parseCidr(site.cidr);
  if (cidr === undefined) throw new pulumi.RunError(`networkCidr ${site.cidr} is no IPv4 block`);
  const network = new Network("network", { context, cidr, zones }, place);
  const { vpcId, publicSubnetIds, privateSubnetIds, natGatewayIds } = network;
  return { network, parts: { vpcId, cidr: network.cidr, publicSubnetIds, privateSubnetIds, natGatewayIds } };
}

function declarePerimeter({ context, inputs }: GroundArgs, network: UsedNetwork, place: ComponentPlace): Perimeter {
  return new Perimeter(
    "perimeter",
    {
      context,
      vpcId: network.vpcId,
      vpcCidr: network.cidr,
      endpoints: inputs.network === undefined,
      publicDoor: inputs.certificates[context.placement.region] !== undefined,
      doorTargets: { from: nodePorts.lobby.blue, to: nodePorts.api.green },
      connection: connectionOf(inputs),
    },
    place,
  );
}

function connectionOf(inputs: GameServersInputs): PerimeterArgs["connection"] {
  const { connection, playerCidrs } = inputs;
  const ports = gamePorts(inputs);
  switch (connection) {
    case "direct":
      return {
        mode: connection,
        sessionPorts: directPorts,
        protocols: [...new Set(ports.map(({ protocol }) => protocol))],
      };
    case "accelerator":
      return { mode: connection, gamePorts: ports, playerCidrs };
    case "relay":
      return { mode: connection, gamePorts: ports, healthTarget: nodePorts.relayHealth, playerCidrs };
  }
}
