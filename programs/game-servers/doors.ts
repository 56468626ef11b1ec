import { FrontDoor } from "../components/frontDoor.ts";
import type { LogBucket } from "../components/logBucket.ts";
import type { NodePool } from "../components/nodePool.ts";
import { RelayDoor } from "../components/relayDoor.ts";
import { SessionAccelerator } from "../components/sessionAccelerator.ts";
import { nodePorts } from "../servers/nodePorts.ts";
import { gamePorts } from "../servers/platforms.ts";
import { splitOf } from "../servers/split.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import type { Ground } from "./ground.ts";
import type { GameServersInputs } from "./inputs.ts";
import { listenerPorts } from "./mappings.ts";

export interface DoorsArgs extends Ground {
  readonly context: StackContext;
  readonly inputs: GameServersInputs;
  readonly logs: LogBucket;
  readonly servicePool: NodePool;
}

export interface Doors {
  readonly door: FrontDoor;
  readonly relay: RelayDoor | undefined;
  readonly accelerator: SessionAccelerator | undefined;
}

/** Where players come in: to lobby and API, and to the relay or the accelerator if there is one. */
export function declareDoors(args: DoorsArgs, place: ComponentPlace): Doors {
  const { context, inputs, logs, network, perimeter } = args;
  const { vpcId } = network;
  const autoscalingGroups = args.servicePool.autoscalingGroupNames;
  const certificateArn = inputs.certificates[context.placement.region];
  const subnets = (isPublic: boolean) => (isPublic ? network.publicSubnetIds : network.privateSubnetIds);
  const door = new FrontDoor(
    "door",
    {
      context,
      vpcId,
      subnetIds: subnets(certificateArn !== undefined),
      securityGroupId: perimeter.doorGroupId,
      logBucket: logs.bucketName,
      certificateArn,
      nodePorts,
      autoscalingGroups,
      split: splitOf(inputs),
    },
    // A balancer tries to write to its log bucket when it is made. It must be able to.
    { ...place, dependsOn: [logs, ...network.ways] },
  );
  if (inputs.connection === "accelerator") {
    const accelerator = new SessionAccelerator(
      "session-accelerator",
      {
        context,
        subnetIds: network.privateSubnetIds,
        listenerPorts,
        gamePorts: gamePorts(inputs),
        logBucket: logs.bucketName,
      },
      // It must be able to write its logs when it is made, and its subnets must belong to a network with an internet gateway.
      { ...place, dependsOn: [logs, ...network.ways] },
    );
    return { door, relay: undefined, accelerator };
  }
  if (perimeter.relayGroupId === undefined) return { door, relay: undefined, accelerator: undefined };
  const internal = inputs.playerCidrs.length === 0;
  const relay = new RelayDoor(
    "relay-door",
    {
      context,
      vpcId,
      subnetIds: subnets(!internal),
      securityGroupId: perimeter.relayGroupId,
      internal,
      gamePorts: gamePorts(inputs),
      healthPort: nodePorts.relayHealth,
      autoscalingGroups,
    },
    // A public balancer is refused while the network has no internet gateway.
    { ...place, dependsOn: network.ways },
  );
  return { door, relay, accelerator: undefined };
}
