import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones.js";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { parseCidr } from "../cidr.ts";
import { Credentials } from "../components/credentials.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { LogBucket } from "../components/logBucket.ts";
import { Network } from "../components/network.ts";
import { Perimeter } from "../components/perimeter.ts";
import { SessionStore } from "../components/sessionStore.ts";
import { StackNames } from "../components/stackNames.ts";
import { componentType, createContext, ownershipTags } from "../stackContext.ts";
import { planCapacity } from "./capacity.ts";
import type { GameServersInputs } from "./inputs.ts";
import type { GameServersOutputName } from "./outputs.ts";
import { directPorts, nodePorts } from "./ports.ts";

const blueprint = "game-servers";

/** Declares one region's game servers. Must run inside a Pulumi program. */
export async function gameServers(
  inputs: GameServersInputs,
  placement: Placement,
): Promise<Record<GameServersOutputName, unknown>> {
  const root = new pulumi.ComponentResource(componentType(blueprint, "GameServers"), blueprint);
  const aws = new AwsProvider(
    `${blueprint}-aws`,
    {
      region: placement.region,
      defaultTags: { tags: ownershipTags(blueprint, placement) },
      ...(placement.account === undefined ? {} : { allowedAccountIds: [placement.account] }),
    },
    { parent: root },
  );
  const [identity, zones] = await Promise.all([
    getCallerIdentity({}, { parent: root, provider: aws }),
    zonesOf(placement.region, inputs.zones, { parent: root, provider: aws }),
  ]);
  const place = { parent: root, providers: [aws] };
  const { suffix } = new StackNames("names", blueprint, place);
  const context = createContext({ blueprint, placement, accountId: identity.accountId, suffix });

  const key = new EncryptionKey("encryption", { context }, place);
  const network = new Network("network", { context, cidr: networkBlock(inputs), zones }, place);
  const publicDoor = inputs.certificates[placement.region] !== undefined;
  new Perimeter(
    "perimeter",
    {
      context,
      vpcId: network.vpcId,
      vpcCidr: network.cidr,
      publicDoor,
      doorTargets: { from: nodePorts.lobby.blue, to: nodePorts.api.green },
      connection: connectionOf(inputs),
    },
    place,
  );
  const logs = new LogBucket("logs", { context, retentionDays: inputs.logRetentionDays }, place);
  const sessions = new SessionStore("sessions", { context, keyArn: key.arn }, place);
  const credentials = new Credentials("credentials", { context, keyArn: key.arn }, place);

  return {
    vpcId: network.vpcId,
    clusterName: "",
    clusterEndpoint: "",
    lobbyEndpoint: "",
    sessionEndpointMode: inputs.connection,
    relayEndpoint: "",
    sessionTableName: sessions.tableName,
    logBucketName: logs.bucketName,
    alarmTopicArn: "",
    dashboardUrl: "",
    activeColour: inputs.activeColour,
    capacity: planCapacity(inputs),
    adminSecret: credentials.adminPassword,
    kubeconfig: pulumi.secret(""),
  };
}

/** The first zones of the region, by name: those every account has without asking for them. */
async function zonesOf(region: string, count: number, options: pulumi.InvokeOptions): Promise<readonly string[]> {
  const { names } = await getAvailabilityZones(
    { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
    options,
  );
  if (names.length < count) {
    throw new pulumi.RunError(
      `${region} has ${names.length} availability zones for this account, zones asks for ${count}: lower it`,
    );
  }
  return names.toSorted().slice(0, count);
}

function networkBlock({ networkCidr }: GameServersInputs) {
  const block = parseCidr(networkCidr);
  if (block === undefined) throw new pulumi.RunError(`networkCidr ${networkCidr} is no IPv4 block`);
  return block;
}

function connectionOf({ connection, ports, playerCidrs }: GameServersInputs) {
  if (connection === "direct") return { mode: "direct", sessionPorts: directPorts } as const;
  return {
    mode: "relay",
    gamePort: ports.game,
    relayTarget: nodePorts.relay,
    healthTarget: nodePorts.relayHealth,
    playerCidrs,
  } as const;
}
