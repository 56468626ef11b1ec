import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { Alarms } from "../components/alarms.ts";
import { Budget } from "../components/budget.ts";
import { Credentials } from "../components/credentials.ts";
import { Dashboard } from "../components/dashboard.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { LogBucket } from "../components/logBucket.ts";
import { SessionStore } from "../components/sessionStore.ts";
import { platformPorts } from "../servers/platforms.ts";
import { refusals } from "../servers/refusals.ts";
import { leadingColour, splitOf } from "../servers/split.ts";
import { startStack } from "../stackStart.ts";
import { planCapacity, spotNodesAtMost } from "./capacity.ts";
import { demandOf } from "./demand.ts";
import { declareDoors } from "./doors.ts";
import { declareGround } from "./ground.ts";
import type { GameServersInputs } from "./inputs.ts";
import { declareMachines } from "./machines.ts";
import type { GameServersOutputName } from "./outputs.ts";
import { siteOf } from "./site.ts";
import { warnings } from "./warnings.ts";
import { alarmPlans, dashboardGraphs } from "./watch.ts";
import { declareWorkloads } from "./workloads.ts";

const blueprint = "game-servers";

/** Declares one region's game servers. Must run inside a Pulumi program. */
export async function gameServers(
  inputs: GameServersInputs,
  placement: Placement,
): Promise<Record<GameServersOutputName, unknown>> {
  const { deletionProtection } = inputs;
  const refused = refusals(inputs, placement);
  if (refused.length > 0) {
    throw new pulumi.RunError([`the inputs of ${blueprint} are refused in this place:`, ...refused].join("\n  "));
  }
  const { root, place, context, zones } = await startStack({
    blueprint,
    component: "GameServers",
    placement,
    ...(inputs.network === undefined ? { zones: siteOf(inputs).zones } : {}),
    deletionProtection,
  });
  const zoneNames = inputs.network?.zones ?? zones;
  const split = splitOf(inputs);
  const capacity = planCapacity(demandOf(inputs));
  for (const warning of warnings(inputs, placement)) pulumi.log.warn(warning, root);

  const key = new EncryptionKey("encryption", { context }, place);
  const logs = new LogBucket(
    "logs",
    { context, retentionDays: inputs.logRetentionDays, flowLogs: inputs.connection === "accelerator" },
    place,
  );
  const sessions = new SessionStore("sessions", { context, keyArn: key.arn }, place);
  const credentials = new Credentials("credentials", { context, keyArn: key.arn }, place);
  const ground = declareGround({ context, inputs, zones, keyArn: key.arn }, place);
  const machines = declareMachines({ context, inputs, capacity, zones: zoneNames, keyArn: key.arn, ...ground }, place);
  const doors = declareDoors({ context, inputs, logs, servicePool: machines.servicePool, ...ground }, place);

  const { cluster } = machines;
  const kubernetes = new KubernetesProvider(
    `${blueprint}-kubernetes`,
    {
      kubeconfig: cluster.kubeconfig,
      enableServerSideApply: true,
      // Otherwise a change of a config map or a secret replaces it: a switch of colour must replace nothing.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    },
    { parent: root },
  );
  declareWorkloads(
    {
      context,
      inputs,
      capacity,
      kubernetes,
      accelerator: doors.accelerator,
      clusterName: cluster.clusterName,
      keyArn: key.arn,
      sessionTable: { name: sessions.tableName, arn: sessions.tableArn },
      credentials: { adminPassword: credentials.adminPassword, sessionKey: credentials.sessionKey },
    },
    { ...place, dependsOn: machines.ready },
  );

  const watched = {
    ...doors,
    clusterName: cluster.clusterName,
    tableName: sessions.tableName,
    natGatewayIds: ground.network.natGatewayIds,
  };
  const alarms = new Alarms(
    "alarms",
    { context, keyArn: key.arn, email: inputs.alarmEmail, alarms: alarmPlans(watched) },
    place,
  );
  const dashboard = new Dashboard("overview", { context, graphs: dashboardGraphs(watched) }, place);
  new Budget("budget", { context, limit: inputs.monthlyBudget, topicArn: alarms.topicArn }, place);

  return {
    vpcId: ground.network.vpcId,
    clusterName: cluster.clusterName,
    clusterArn: cluster.arn,
    clusterEndpoint: cluster.endpoint,
    lobbyEndpoint: doors.door.url,
    lobbyLoadBalancerArn: doors.door.arn,
    lobbyLoadBalancerName: doors.door.metricName,
    lobbyDnsName: doors.door.dnsName,
    lobbyHostedZoneId: doors.door.hostedZoneId,
    sessionEndpointMode: inputs.connection,
    relayEndpoint: doors.relay?.endpoint ?? "",
    acceleratorArn: doors.accelerator?.arn ?? "",
    acceleratorDnsName: doors.accelerator?.dnsName ?? "",
    relayLoadBalancerArn: doors.relay?.arn ?? "",
    platformPorts: platformPorts(inputs),
    crossPlay: inputs.crossPlay,
    sessionTableName: sessions.tableName,
    logBucketName: logs.bucketName,
    alarmTopicArn: alarms.topicArn,
    dashboardUrl: dashboard.url,
    activeColour: leadingColour(split),
    greenPercent: split.green,
    bakeMinutes: inputs.bakeMinutes,
    capacity: inputs.spotPercent === 0 ? capacity : { ...capacity, spotNodes: spotNodesAtMost(demandOf(inputs)) },
    adminSecret: credentials.adminPassword,
    kubeconfig: cluster.kubeconfig,
  };
}
