import { describe, expect, it } from "vitest";
import type { RecordedStack } from "../recordedStack.ts";
import { recordStack } from "./recordStack.ts";

interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly hostNetwork?: boolean;
  readonly securityContext: unknown;
  readonly terminationGracePeriodSeconds: number;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations?: readonly unknown[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: unknown }[];
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly containerPort: number; readonly protocol: string; readonly hostPort?: number }[];
  readonly resources: { readonly requests: Record<string, string>; readonly limits: Record<string, string> };
  readonly securityContext: unknown;
  readonly lifecycle?: unknown;
  readonly readinessProbe?: unknown;
  readonly livenessProbe: unknown;
}

const kubernetes = (stack: RecordedStack) => stack.resources.filter(({ type }) => type.startsWith("kubernetes:"));

function podSpecs(stack: RecordedStack): Readonly<Record<string, PodSpec>> {
  const deployments = stack.resources.filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
  return Object.fromEntries(
    deployments.map(({ name, inputs }) => {
      const spec = inputs["spec"] as { template: { spec: PodSpec } }; // as declared in serverFleet.ts and clusterAutoscaler.ts
      return [name.replace(/-deployment$/, ""), spec.template.spec];
    }),
  );
}

const specsOf = (stack: RecordedStack, type: string) =>
  Object.fromEntries(
    stack.resources
      .filter((resource) => resource.type === type)
      .map(({ name, inputs }) => [name, inputs["spec"] as Record<string, unknown>]), // every such object has one
  );

describe("every pod", () => {
  it.each(["relay", "direct"])("meets the restricted profile, with %s", async (connection) => {
    const pods = podSpecs(await recordStack({ connection }));
    expect(Object.keys(pods)).toHaveLength(connection === "relay" ? 6 : 5);
    for (const pod of Object.values(pods)) {
      expect(pod.hostNetwork).toBeUndefined();
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
      for (const { hostPath } of pod.volumes ?? []) expect(hostPath).toBeUndefined();
      expect(pod.containers).toHaveLength(1);
      for (const { securityContext, ports = [] } of pod.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          capabilities: { drop: ["ALL"] },
        });
        for (const { hostPort } of ports) expect(hostPort).toBeUndefined();
      }
    }
  });

  it("says what it needs and what it may have, and how its health is asked", async () => {
    for (const { containers } of Object.values(podSpecs(await recordStack()))) {
      for (const { resources, livenessProbe } of containers) {
        for (const amounts of [resources.requests, resources.limits]) {
          expect(Object.keys(amounts).sort()).toEqual(["cpu", "memory"]);
        }
        expect(resources.limits["memory"]).toBe(resources.requests["memory"]);
        expect(livenessProbe).toMatchObject({ httpGet: { path: expect.stringMatching(/^\/health/) } });
      }
    }
  });

  it("stands in a namespace that refuses other ones, and where nothing is heard or said that is not named", async () => {
    const stack = await recordStack();
    const [namespace] = stack.resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace");
    expect(namespace?.inputs["metadata"]).toMatchObject({
      name: "game",
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
    const policies = specsOf(stack, "kubernetes:networking.k8s.io/v1:NetworkPolicy");
    expect(policies["game-default-deny"]).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    expect(Object.keys(policies).sort()).toEqual([
      "game-default-deny",
      "game-lobby",
      "game-name-service",
      "game-relay",
      "game-session",
    ]);
  });

  it("speaks to the cluster's API only where it must: the autoscaler, and lobbies with direct connections", async () => {
    const speakers = async (connection: string) =>
      Object.entries(podSpecs(await recordStack({ connection })))
        .filter(([, pod]) => pod.automountServiceAccountToken)
        .map(([name]) => name)
        .sort();
    expect(await speakers("relay")).toEqual(["autoscaler"]);
    expect(await speakers("direct")).toEqual(["autoscaler", "lobby-blue", "lobby-green"]);
  });

  it("has a name of its own choosing, as every object of the cluster", async () => {
    const objects = kubernetes(await recordStack());
    expect(objects).toHaveLength(35);
    for (const { name, inputs } of objects) {
      expect([name, inputs["metadata"]]).toEqual([name, expect.objectContaining({ name: expect.any(String) })]);
    }
  });
});

describe("session servers", () => {
  it("have a match's time to end their sessions, and stop taking players at once", async () => {
    const { "session-blue": session } = podSpecs(await recordStack({ matchMinutes: 90 }));
    expect(session?.terminationGracePeriodSeconds).toBe(5400);
    expect(session?.containers[0]?.lifecycle).toBeUndefined();
  });

  it("run on their own nodes, and nothing else does", async () => {
    const pools = Object.entries(podSpecs(await recordStack())).map(([name, pod]) => [
      name,
      pod.nodeSelector["meridian/pool"],
      pod.tolerations?.length ?? 0,
    ]);
    expect(pools.sort()).toEqual([
      ["autoscaler", "services", 0],
      ["lobby-blue", "services", 0],
      ["lobby-green", "services", 0],
      ["relay", "services", 0],
      ["session-blue", "sessions", 1],
      ["session-green", "sessions", 1],
    ]);
  });

  it.each([
    ["relay", { podSelector: { matchLabels: { "app.kubernetes.io/component": "relay" } } }],
    ["direct", { ipBlock: { cidr: "0.0.0.0/0" } }],
  ])("hear players through %s only", async (connection, peer) => {
    const policies = specsOf(await recordStack({ connection }), "kubernetes:networking.k8s.io/v1:NetworkPolicy");
    const ingress = policies["game-session"]?.["ingress"];
    expect(ingress).toContainEqual({ from: [peer], ports: [{ protocol: "UDP", port: 7777 }] });
    expect(ingress).toHaveLength(2);
  });

  it("are told their needs, their players and their secret", async () => {
    const pods = podSpecs(await recordStack({ playersPerServer: 64, serverCpuMillis: 750, serverMemoryMiB: 900 }));
    const container = pods["session-green"]?.containers[0];
    expect(container?.resources.requests).toEqual({ cpu: "750m", memory: "900Mi" });
    const values = Object.fromEntries(container?.env.map(({ name, value }) => [name, value]) ?? []);
    expect(values).toMatchObject({ ROLE: "session", COLOUR: "green", PLAYERS_PER_SERVER: "64", GAME_PORT: "7777" });
    expect(container?.env).toContainEqual({
      name: "SESSION_KEY",
      valueFrom: { secretKeyRef: { name: "game-credentials", key: "sessionKey" } },
    });
  });
});

describe("every fleet of servers", () => {
  it("keeps servers through disruptions, grows with load, and does not say how many there are", async () => {
    const stack = await recordStack();
    const deployments = specsOf(stack, "kubernetes:apps/v1:Deployment");
    const scalers = specsOf(stack, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler");
    const budgets = specsOf(stack, "kubernetes:policy/v1:PodDisruptionBudget");
    const fleets = Object.keys(deployments).filter((name) => name !== "autoscaler-deployment");
    expect(fleets).toHaveLength(5);
    for (const deployment of fleets) {
      const fleet = deployment.replace(/-deployment$/, "");
      expect(deployments[deployment]).not.toHaveProperty("replicas");
      expect(scalers[`${fleet}-autoscaler`]).toMatchObject({ scaleTargetRef: { kind: "Deployment", name: fleet } });
      expect(budgets[`${fleet}-disruption`]).toHaveProperty("maxUnavailable");
      expect(budgets[`${fleet}-disruption`]?.["selector"]).toEqual(deployments[deployment]?.["selector"]);
    }
  });

  it("stands behind node ports that are all different, and that the load balancers' targets name", async () => {
    const stack = await recordStack();
    const services = Object.values(specsOf(stack, "kubernetes:core/v1:Service"));
    const nodePorts = services.flatMap(({ ports }) =>
      (ports as { nodePort: number }[]).map(({ nodePort }) => nodePort),
    ); // declared in serverFleet.ts
    expect(nodePorts.sort()).toEqual([30000, 30001, 30002, 30003, 30010, 30011]);
    const targets = stack.resources.filter(({ type }) => type === "aws:lb/targetGroup:TargetGroup");
    expect(targets).toHaveLength(5);
    for (const { inputs } of targets) expect(nodePorts).toContain(inputs["port"]);
  });
});
