import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { Agones } from "../components/agones.ts";
import { AgonesFleet } from "../components/agonesFleet.ts";
import { AllocatorAccess } from "../components/allocatorAccess.ts";
import { ClusterAutoscaler } from "../components/clusterAutoscaler.ts";
import { colours } from "../components/colours.ts";
import { GameNamespace } from "../components/gameNamespace.ts";
import { ServerFleet } from "../components/serverFleet.ts";
import type { SessionAccelerator } from "../components/sessionAccelerator.ts";
import { SessionPlacement } from "../components/sessionPlacement.ts";
import { createWorkloadContext } from "../components/workloadContext.ts";
import { WorkloadIdentity } from "../components/workloadIdentity.ts";
import type { Statement } from "../policyDocument.ts";
import { credentialsSecret } from "../servers/gamePod.ts";
import { nodePorts } from "../servers/nodePorts.ts";
import { gamePorts } from "../servers/platforms.ts";
import { leastSessions } from "../servers/serverCounts.ts";
import { isMixed, leadingColour, splitOf } from "../servers/split.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import type { Capacity } from "./capacity.ts";
import type { GameServersInputs } from "./inputs.ts";
import { namespaces } from "./namespaces.ts";
import { spotMark } from "./nodeGroups.ts";
import { type PodParts, serverPod } from "./serverPods.ts";
import { sessionTraffic, trafficPlans } from "./traffic.ts";

export interface WorkloadsArgs {
  readonly context: StackContext;
  readonly inputs: GameServersInputs;
  readonly capacity: Capacity;
  readonly clusterName: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly sessionTable: { readonly name: pulumi.Input<string>; readonly arn: pulumi.Input<string> };
  readonly credentials: { readonly adminPassword: pulumi.Input<string>; readonly sessionKey: pulumi.Input<string> };
  readonly accelerator: SessionAccelerator | undefined;
  readonly kubernetes: Provider;
}

/** Everything of the game that runs in the cluster. `place.dependsOn` names what pods need before they can start. */
export function declareWorkloads(args: WorkloadsArgs, place: ComponentPlace): void {
  const { context, inputs, capacity, credentials } = args;
  const workload = createWorkloadContext(context.blueprint, context.placement.stackSet, namespaces.game);
  const inCluster = { ...place, providers: [...place.providers, args.kubernetes] };
  new ClusterAutoscaler(
    "autoscaler",
    {
      context,
      workload,
      clusterName: args.clusterName,
      kubernetesVersion: inputs.kubernetesVersion,
      ...(inputs.spotPercent === 0 ? {} : { preferGroups: spotMark }),
    },
    inCluster,
  );
  const space = new GameNamespace(
    "game",
    { workload, secrets: { [credentialsSecret]: { ...credentials } }, policies: trafficPlans(inputs) },
    inCluster,
  );
  const inSpace = { ...inCluster, dependsOn: [...(place.dependsOn ?? []), space] };
  const identity = (account: string, rights: Pick<IdentityRights, "cloud" | "cluster"> = {}) =>
    new WorkloadIdentity(`${account}-identity`, { workload, account, ...rights }, inSpace);
  const split = splitOf(inputs);
  const placement = new SessionPlacement(
    "session-placement",
    { workload, activeColour: leadingColour(split), ...(isMixed(split) ? { greenPercent: split.green } : {}) },
    inSpace,
  );
  const lobbyIdentity = identity("lobby", lobbyRights(args));
  const sessions =
    inputs.fleets === "agones"
      ? declareAgones(args, inSpace)
      : { place: { ...inSpace, dependsOn: [...inSpace.dependsOn, identity("session", sessionRights(args))] } };

  const parts: PodParts = {
    inputs,
    region: context.placement.region,
    sessionTable: args.sessionTable.name,
    accelerator: args.accelerator,
  };
  const { ports } = inputs;
  const fleet = { workload, cpuTarget: inputs.cpuTargetPercent, stickyClients: false, nodePorts: [] };
  for (const colour of colours) {
    new ServerFleet(
      `lobby-${colour}`,
      {
        ...fleet,
        role: "lobby",
        colour,
        pod: serverPod("lobby", parts, colour),
        // Both colours stand ready: a switch moves everyone at once, and so must the way back.
        replicas: capacity.lobbies,
        shrinkPercent: 25,
        maxUnavailable: "25%",
        nodePorts: [
          { name: "lobby", protocol: "TCP", number: ports.lobby, nodePort: nodePorts.lobby[colour] },
          { name: "api", protocol: "TCP", number: ports.api, nodePort: nodePorts.api[colour] },
        ],
      },
      { ...inSpace, dependsOn: [...inSpace.dependsOn, lobbyIdentity, placement] },
    );
    if ("workload" in sessions) {
      new AgonesFleet(
        `session-${colour}`,
        {
          workload: sessions.workload,
          role: "session",
          colour,
          pod: serverPod("session", parts, colour),
          gamePorts: gamePorts(inputs),
          servers: { ready: leastSessions(capacity, split[colour]), max: capacity.servers.max },
        },
        sessions.place,
      );
      continue;
    }
    new ServerFleet(
      `session-${colour}`,
      {
        ...fleet,
        role: "session",
        colour,
        pod: serverPod("session", parts, colour),
        replicas: { min: leastSessions(capacity, split[colour]), max: capacity.servers.max },
        shrinkPercent: 10,
        maxUnavailable: "10%",
      },
      sessions.place,
    );
  }
  if (inputs.connection !== "relay") return;
  new ServerFleet(
    "relay",
    {
      ...fleet,
      role: "relay",
      pod: serverPod("relay", parts),
      replicas: capacity.relays,
      shrinkPercent: 10,
      maxUnavailable: 1,
      // A flow of UDP must stay with the relay that knows it.
      stickyClients: true,
      nodePorts: [
        ...gamePorts(inputs),
        { name: "api", protocol: "TCP", number: ports.api, nodePort: nodePorts.relayHealth },
      ],
    },
    { ...inSpace, dependsOn: [...inSpace.dependsOn, identity("relay")] },
  );
}

/**
 * Agones, the namespace of its servers, and who may take one. `place.dependsOn` names what pods need before they can start; the namespace
 * stands before the chart, which puts an account there.
 */
function declareAgones(args: WorkloadsArgs, place: ComponentPlace) {
  const { context, inputs, credentials } = args;
  const workload = createWorkloadContext(context.blueprint, context.placement.stackSet, namespaces.sessions);
  const secrets = { [credentialsSecret]: { sessionKey: credentials.sessionKey } };
  const space = new GameNamespace(
    "sessions-space",
    { workload, secrets, policies: [sessionTraffic(inputs)], level: "baseline" },
    place,
  );
  const inside = { ...place, dependsOn: [...(place.dependsOn ?? []), space] };
  const account = { name: "lobby", namespace: namespaces.game };
  const access = new AllocatorAccess("allocator", { workload, account }, inside);
  const agones = new Agones(
    "agones",
    { workload, version: inputs.agonesVersion, sessionNamespace: namespaces.sessions },
    inside,
  );
  const behind = { ...place, dependsOn: [...inside.dependsOn, agones, access] };
  const { cloud } = sessionRights(args);
  if (cloud === undefined) return { workload, place: behind };
  const identity = new WorkloadIdentity(
    "agones-sdk-identity",
    { workload, account: sdkAccount, accountStands: true, cloud },
    behind,
  );
  return { workload, place: { ...behind, dependsOn: [...behind.dependsOn, identity] } };
}

/** The account that the chart makes in the servers' namespace. */
const sdkAccount = "agones-sdk";

type IdentityRights = ConstructorParameters<typeof WorkloadIdentity>[1];

/** Sessions have no rights in the cloud, but to say what they measured where there is a stream for it. */
function sessionRights({ context, inputs, clusterName }: WorkloadsArgs): Pick<IdentityRights, "cloud"> {
  if (inputs.telemetry === undefined) return {};
  return { cloud: { context, clusterName, statements: [], attachedPolicies: writerOf(inputs.telemetry) } };
}

const writerOf = ({ writerPolicyArn }: { readonly writerPolicyArn: string }) => ({ telemetry: writerPolicyArn });

/** The matchmaker asks which port of the accelerator leads to a server, and lets players through to it and no longer than its session. */
function mappingRights({ arn }: SessionAccelerator): Statement {
  return {
    Sid: "Mappings",
    Effect: "Allow",
    Action: [
      "globalaccelerator:ListCustomRoutingPortMappings",
      "globalaccelerator:AllowCustomRoutingTraffic",
      "globalaccelerator:DenyCustomRoutingTraffic",
    ],
    Resource: [arn, pulumi.interpolate`${arn}/*`],
  };
}

/** Lobbies keep the session store; with direct connections they also make the service by which a session server is reached. */
function lobbyRights({
  context,
  inputs,
  clusterName,
  keyArn,
  sessionTable,
  accelerator,
}: WorkloadsArgs): Pick<IdentityRights, "cloud" | "cluster"> {
  const statements: readonly Statement[] = [
    {
      Sid: "Sessions",
      Effect: "Allow",
      Action: [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:Query",
        "dynamodb:ConditionCheckItem",
      ],
      Resource: [sessionTable.arn, pulumi.interpolate`${sessionTable.arn}/index/*`],
    },
    {
      Sid: "SessionsAreEncrypted",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:DescribeKey"],
      Resource: keyArn,
    },
  ];
  const cloud = {
    context,
    clusterName,
    statements: accelerator === undefined ? statements : [...statements, mappingRights(accelerator)],
    ...(inputs.telemetry === undefined ? {} : { attachedPolicies: writerOf(inputs.telemetry) }),
  };
  if (inputs.connection === "relay") return { cloud };
  if (inputs.connection === "accelerator") {
    return { cloud, cluster: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "patch"] }] };
  }
  return {
    cloud,
    cluster: [
      { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "create", "delete"] },
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "patch"] },
    ],
  };
}
