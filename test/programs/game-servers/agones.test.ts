import { describe, expect, it } from "vitest";
import { production, type RecordedStack } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";
import { recordStack } from "./recordStack.ts";

const image = `registry.example.com/game/server@sha256:${"a".repeat(64)}`;
const agones = { fleets: "agones", image, ports: { api: 8180 }, peakPlayers: 10_000 };

const ofType = ({ resources }: RecordedStack, type: string) => resources.filter((resource) => resource.type === type);
const named = ({ resources }: RecordedStack, name: string) => resources.find((resource) => resource.name === name);

describe("fleets of Agones", () => {
  it("stand in place of the workloads of session servers, and nothing of them where nobody asked", async () => {
    const [stack, plain] = [await recordStack(agones), await recordStack()];
    expect(ofType(stack, "kubernetes:apps/v1:Deployment").map(({ name }) => name)).not.toContain(
      "session-blue-deployment",
    );
    expect(
      ofType(stack, "kubernetes:agones.dev/v1:Fleet")
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(["session-blue-fleet", "session-green-fleet"]);
    expect(plain.resources.filter(({ type }) => /agones|helm/i.test(type))).toEqual([]);
  });

  it("keep the quiet hour's servers ready on the colour that takes players, and grow to the peak", async () => {
    const stack = await recordStack({ ...agones, greenPercent: 25 });
    const buffers = ofType(stack, "kubernetes:autoscaling.agones.dev/v1:FleetAutoscaler").map(({ name, inputs }) => [
      name,
      inputs["spec"],
    ]);
    const buffer = (ready: number) => ({
      policy: { type: "Buffer", buffer: { bufferSize: ready, minReplicas: ready, maxReplicas: 250 } },
    });
    expect(Object.fromEntries(buffers)).toMatchObject({
      "session-blue-autoscaler": { fleetName: "session-blue", ...buffer(30) },
      "session-green-autoscaler": { fleetName: "session-green", ...buffer(10) },
    });
  });

  it("have pods of the restricted profile, no port of a node, and no account but Agones' own", async () => {
    const spec = named(await recordStack(agones), "session-blue-fleet")?.inputs["spec"];
    expect(spec).toMatchObject({
      template: {
        spec: {
          ports: [{ name: "game", portPolicy: "None", protocol: "UDP", containerPort: 7777 }],
          template: {
            spec: {
              securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
              nodeSelector: { "meridian/pool": "sessions" },
              containers: [{ name: "server", image, securityContext: { capabilities: { drop: ["ALL"] } } }],
            },
          },
        },
      },
    });
    const text = JSON.stringify(spec);
    for (const never of ["hostPort", "hostNetwork", "serviceAccountName", "automountServiceAccountToken", '"replicas"'])
      expect(text).not.toContain(never);
  });

  it("stand in a namespace of their own, where only lobby and relay are heard", async () => {
    const stack = await recordStack(agones);
    expect(named(stack, "sessions-space-namespace")?.inputs["metadata"]).toMatchObject({
      name: "game-sessions",
      labels: { "pod-security.kubernetes.io/enforce": "baseline", "pod-security.kubernetes.io/warn": "restricted" },
    });
    const from = (role: string) => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "game" } },
      podSelector: { matchLabels: { "app.kubernetes.io/component": role } },
    });
    expect(named(stack, "sessions-space-session")?.inputs["spec"]).toMatchObject({
      ingress: [
        { from: [from("lobby")], ports: [{ protocol: "TCP", port: 8180 }] },
        { from: [from("relay")], ports: [{ protocol: "UDP", port: 7777 }] },
      ],
    });
    expect(named(stack, "sessions-space-default-deny")?.inputs["spec"]).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    expect(JSON.stringify(named(stack, "game-relay")?.inputs["spec"])).toContain(
      '"kubernetes.io/metadata.name":"game-sessions"',
    );
    expect(named(stack, "game-namespace")?.inputs["metadata"]).toMatchObject({
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
  });

  it("are taken by lobbies, who may allocate and look, and neither make nor change nor delete", async () => {
    const stack = await recordStack(agones);
    expect(named(stack, "allocator-rules")?.inputs).toMatchObject({
      metadata: { namespace: "game-sessions" },
      rules: [
        { apiGroups: ["allocation.agones.dev"], resources: ["gameserverallocations"], verbs: ["create"] },
        { apiGroups: ["agones.dev"], resources: ["gameservers"], verbs: ["get", "list", "watch"] },
      ],
    });
    const lobby = named(stack, "lobby-blue-deployment")?.inputs["spec"];
    expect(lobby).toMatchObject({ template: { spec: { automountServiceAccountToken: true } } });
    expect(JSON.stringify(lobby)).toContain('{"name":"SESSION_NAMESPACE","value":"game-sessions"}');
  });

  it("come by the project's own chart, without the services that would be ways in", async () => {
    const release = named(await recordStack(agones), "agones-release");
    expect(release?.inputs).toMatchObject({
      chart: "agones",
      version: "1.49.0",
      repositoryOpts: { repo: "https://agones.dev/chart/stable" },
      values: {
        agones: { allocator: { install: false }, ping: { install: false } },
        gameservers: { namespaces: ["game-sessions"] },
      },
    });
  });

  it("pass the rules in production", async () => {
    expect(await verdictsOn({ blueprint: "game-servers", inputs: agones, placement: production })).toEqual([]);
  });
});
