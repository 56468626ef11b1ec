import * as pulumi from "@pulumi/pulumi";
import { parseCidr } from "../cidr.ts";
import { Endpoints } from "../components/endpoints.ts";
import { FlowLogs } from "../components/flowLogs.ts";
import { Network } from "../components/network.ts";
import { Perimeter, type PerimeterArgs } from "../components/perimeter.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import type { GameServersInputs } from "./inputs.ts";
import { directPorts, nodePorts } from "./ports.ts";

export interface GroundArgs {
  readonly context: StackContext;
  readonly inputs: GameServersInputs;
  readonly zones: readonly string[];
  readonly keyArn: pulumi.Input<string>;
}

export interface Ground {
  readonly network: Network;
  readonly perimeter: Perimeter;
}

/** The network, what may cross its groups, and the record of what did. */
export function declareGround({ context, inputs, zones, keyArn }: GroundArgs, place: ComponentPlace): Ground {
  const cidr = parseCidr(inputs.networkCidr);
  if (cidr === undefined) throw new pulumi.RunError(`networkCidr ${inputs.networkCidr} is no IPv4 block`);
  const network = new Network("network", { context, cidr, zones }, place);
  const { vpcId, privateSubnetIds: subnetIds, routeTableIds } = network;
  const perimeter = new Perimeter(
    "perimeter",
    {
      context,
      vpcId,
      vpcCidr: network.cidr,
      publicDoor: inputs.certificates[context.placement.region] !== undefined,
      doorTargets: { from: nodePorts.lobby.blue, to: nodePorts.api.green },
      connection: connectionOf(inputs),
    },
    place,
  );
  new Endpoints(
    "endpoints",
    { context, vpcId, routeTableIds, subnetIds, securityGroupId: perimeter.endpointGroupId },
    place,
  );
  new FlowLogs("flow-logs", { context, vpcId, keyArn, retentionDays: inputs.logRetentionDays }, place);
  return { network, perimeter };
}

function connectionOf({ connection, ports, playerCidrs }: GameServersInputs): PerimeterArgs["connection"] {
  if (connection === "direct") return { mode: "direct", sessionPorts: directPorts };
  return {
    mode: "relay",
    gamePort: ports.game,
    relayTarget: nodePorts.relay,
    healthTarget: nodePorts.relayHealth,
    playerCidrs,
  };
}
