import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { inCluster, testCluster } from "./kubernetesCluster.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const kubernetes = { package: "kubernetes", connect: inCluster } as const;
const RELEASE = "kubernetes:helm.sh/v3:Release";
const chart = { chart: "agones", version: "1.49.0", repositoryOpts: { repo: "https://agones.dev/chart/stable" } };

const withAgones = async ({ make }: Pick<Workshop, "make">): Promise<Made> => ({
  agones: await make(RELEASE, { ...chart, name: "agones", namespace: "default" }),
});

const container: Properties = { name: "server", image: "registry.example/game:1.2" };
const port: Properties = { name: "game", portPolicy: "None", containerPort: 7777, protocol: "UDP" };
const fleet = (server: Properties = {}, more: Properties = {}): Properties => ({
  spec: { ...more, template: { spec: { ports: [port], template: { spec: { containers: [container] } }, ...server } } },
});
const buffer = (more: Properties = {}): Properties => ({
  spec: {
    fleetName: "arena",
    policy: { type: "Buffer", buffer: { bufferSize: 2, minReplicas: 2, maxReplicas: 5, ...more } },
  },
});
const FLEET = { apiVersion: "agones.dev/v1", kind: "Fleet", metadata: { name: "arena" } };
const SCALER = { apiVersion: "autoscaling.agones.dev/v1", kind: "FleetAutoscaler", metadata: { name: "arena" } };
const SERVER = "spec.template.spec";

const cases: readonly ConformanceCase[] = [
  {
    ...kubernetes,
    type: RELEASE,
    smallest: () => ({ ...chart, name: "agones", namespace: "default" }),
    id: /^default\/agones$/,
    change: { version: "1.50.0" },
    replace: { name: "other" },
    spoiled: [
      { name: "no chart", with: { chart: null }, code: "Invalid" },
      { name: "a chart of no repository", with: { repositoryOpts: null }, code: "Invalid" },
      { name: "a version that is none", with: { version: "newest" }, code: "Invalid" },
      { name: "a namespace that does not exist", with: { namespace: "none" }, code: "NotFound", at: "create" },
    ],
  },
  {
    ...kubernetes,
    type: "kubernetes:agones.dev/v1:Fleet",
    needs: withAgones,
    smallest: () => ({ ...FLEET, ...fleet() }),
    id: /^default\/arena$/,
    change: fleet({ scheduling: "Distributed" }, { replicas: 3 }),
    replace: { metadata: { name: "other" } },
    spoiled: [
      { name: "no template", with: { spec: {} }, code: "Invalid", property: "spec.template" },
      {
        name: "a field that the definition does not have",
        with: fleet({ portPolicy: "None" }),
        code: "BadRequest",
        property: `${SERVER}.portPolicy`,
      },
      {
        name: "a port policy that is none",
        with: fleet({ ports: [{ ...port, portPolicy: "Fixed" }] }),
        code: "Invalid",
        property: `${SERVER}.ports[0].portPolicy`,
      },
      { name: "no ports at all", with: fleet({ ports: [] }), code: "Invalid", property: `${SERVER}.ports` },
      {
        name: "a port that there is not",
        with: fleet({ ports: [{ ...port, containerPort: 70_000 }] }),
        code: "Invalid",
        property: `${SERVER}.ports[0].containerPort`,
      },
      {
        name: "a fixed port of the node that is not said",
        with: fleet({ ports: [{ ...port, portPolicy: "Static" }] }),
        code: "Invalid",
        property: `${SERVER}.ports[0].hostPort`,
      },
      {
        name: "a pod without containers",
        with: fleet({ template: { spec: { containers: [] } } }),
        code: "Invalid",
        property: `${SERVER}.template.spec.containers`,
      },
      {
        name: "a pod with a field that pods do not have",
        with: fleet({ template: { spec: { containers: [{ ...container, imagePullPolice: "Always" }] } } }),
        code: "BadRequest",
        property: `${SERVER}.template.spec.containers[0].imagePullPolice`,
      },
      {
        name: "a pod whose command is no list",
        with: fleet({ template: { spec: { containers: [{ ...container, command: "run" }] } } }),
        code: "BadRequest",
        property: `${SERVER}.template.spec.containers[0].command`,
      },
      { name: "half a server", with: fleet({}, { replicas: 1.5 }), code: "Invalid", property: "spec.replicas" },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:autoscaling.agones.dev/v1:FleetAutoscaler",
    needs: withAgones,
    smallest: () => ({ ...SCALER, ...buffer() }),
    id: /^default\/arena$/,
    change: buffer({ maxReplicas: 9 }),
    spoiled: [
      {
        name: "no most",
        with: buffer({ maxReplicas: null }),
        code: "Invalid",
        property: "spec.policy.buffer.maxReplicas",
      },
      { name: "no fleet", with: { spec: { policy: { type: "Chain" } } }, code: "Invalid", property: "spec.fleetName" },
      {
        name: "a buffer above the most",
        with: buffer({ bufferSize: 6, minReplicas: 0 }),
        code: "Invalid",
        property: "spec.policy.buffer.bufferSize",
      },
      {
        name: "a least below the buffer",
        with: buffer({ minReplicas: 1 }),
        code: "Invalid",
        property: "spec.policy.buffer.minReplicas",
      },
      {
        name: "a policy that is none",
        with: { spec: { fleetName: "arena", policy: { type: "Guess" } } },
        code: "Invalid",
        property: "spec.policy.type",
      },
    ],
  },
];

conformance(cases);

describe("a fleet in a cluster without Agones", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("is of a kind that the cluster does not know, until the chart is there", async () => {
    const engine = await (await testCluster(sandbox, 1)).connect();
    const asked = { ...FLEET, ...fleet() };
    const type = "kubernetes:agones.dev/v1:Fleet";
    await expect(engine.create(type, asked)).rejects.toThrow('no matches for kind "Fleet" in version "agones.dev/v1"');
    await engine.create(RELEASE, { ...chart, name: "agones", namespace: "default" });
    expect((await engine.create(type, asked)).id).toMatch(/arena$/);
  });
});
