import { beforeEach, describe, expect, it } from "vitest";
import { type Properties, UNKNOWN } from "../../sandbox/model/values.ts";
import { inGame, named, useClusterWorld } from "./clusterWorld.ts";
import type { StateAnswer } from "./protocolClient.ts";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const SECRET = "kubernetes:core/v1:Secret";
const SERVICE = "kubernetes:core/v1:Service";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const POD = "kubernetes:core/v1:Pod";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";

const world = useClusterWorld();
const { make } = world;

async function change(type: string, old: StateAnswer, inputs: Properties): Promise<StateAnswer> {
  const { inputs: checked, failures } = await world.engine.check(type, inputs, { olds: old.inputs });
  expect(failures).toEqual([]);
  return world.engine.update(type, old, checked);
}

function container(more: Properties = {}): Properties {
  return { name: "server", image: "lobby:1", ...more };
}

function pod(name: string, more: Properties = {}, namespace = "game"): Properties {
  return { ...named(name, { namespace }), spec: { containers: [container(more)] } };
}

function deployment(replicas?: number): Properties {
  const labels = { app: "lobby" };
  const template = { metadata: { labels }, spec: { containers: [container()] } };
  const spec = { selector: { matchLabels: labels }, template };
  return { ...named("lobby"), spec: replicas === undefined ? spec : { ...spec, replicas } };
}

const text = (value: unknown): string => JSON.stringify(value);

describe("config maps and secrets", () => {
  const colour = (value: string, more: Properties = {}): Properties => ({
    ...named("a"),
    data: { colour: value },
    ...more,
  });

  async function diffOf(settings: Properties, olds: Properties, news: Properties) {
    const by = await world.cluster.connect(settings);
    const [before, after] = [await by.check(CONFIG_MAP, olds), await by.check(CONFIG_MAP, news)];
    return by.diff(CONFIG_MAP, "default/a", before.inputs, after.inputs);
  }

  it("are replaced when their content changes, first the old one, unless the provider may change them", async () => {
    expect(await diffOf({}, colour("blue"), colour("green"))).toMatchObject({
      replaces: ["data"],
      deleteBeforeReplace: true,
    });
    const mutable = { enableConfigMapMutable: "true" };
    expect(await diffOf(mutable, colour("blue"), colour("green"))).toMatchObject({ changes: true, replaces: [] });
    const fixed = { immutable: true };
    expect(await diffOf(mutable, colour("blue", fixed), colour("green", fixed))).toMatchObject({ replaces: ["data"] });
  });

  it("that are immutable stay so", async () => {
    const map = await make(CONFIG_MAP, colour("blue", { immutable: true }));
    await expect(change(CONFIG_MAP, map, colour("blue"))).rejects.toThrow(
      'Invalid: ConfigMap "a" is invalid: immutable',
    );
  });

  it("keep secrets secret, in outputs and in refusals", async () => {
    const { inputs } = await world.engine.check(SECRET, { ...named("a"), stringData: { key: "hush" } });
    const secret = await world.engine.create(SECRET, inputs);
    expect(secret.secrets).toContain('["data"]');
    expect(secret.outputs["stringData"]).toBeUndefined();
    expect((await world.engine.read(SECRET, secret.id, secret))?.secrets).toContain('["data"]');
    const { failures } = await world.engine.check(SECRET, { ...named("a"), data: { key: "hush!" } });
    expect(failures).not.toEqual([]);
    expect(text(failures)).not.toContain("hush");
  });

  it("show it when somebody changed them", async () => {
    const map = await make(CONFIG_MAP, colour("blue"));
    const found = (await world.objects()).find(({ id }) => id === map.id);
    await world.sandbox.control("PATCH", `/resources/${found?.uid}`, { properties: { data: { colour: "red" } } });
    expect(await world.engine.read(CONFIG_MAP, map.id, map)).toMatchObject({ outputs: { data: { colour: "red" } } });
  });
});

describe("names", () => {
  it("are made up where there are none, stay, and are made anew for a replacement", async () => {
    const first = await world.engine.check(CONFIG_MAP, { data: { a: "1" } }, { name: "settings" });
    const metadata = first.inputs["metadata"] as Properties;
    expect(metadata["name"]).toMatch(/^settings-[0-9a-f]{8}$/);
    const again = await world.engine.check(CONFIG_MAP, { data: { a: "2" } }, { olds: first.inputs, seed: "another" });
    expect(again.inputs["metadata"]).toEqual(metadata);
    const diff = await world.engine.diff(CONFIG_MAP, "x", first.inputs, again.inputs);
    expect(diff).toMatchObject({ replaces: ["data"], deleteBeforeReplace: false });
  });

  it("stay when a program names an object as it was named", async () => {
    const first = await world.engine.check(CONFIG_MAP, {}, { name: "settings" });
    const { name } = first.inputs["metadata"] as { name: string };
    const second = await world.engine.check(CONFIG_MAP, named(name), { olds: first.inputs });
    expect((await world.engine.diff(CONFIG_MAP, "x", first.inputs, second.inputs)).replaces).toEqual([]);
  });

  it("in the namespace default need no namespace to be imported", async () => {
    await make(CONFIG_MAP, named("a"));
    expect(await world.engine.read(CONFIG_MAP, "a")).toMatchObject({ id: "default/a" });
  });
});

describe("services", () => {
  const service = (name: string, spec: Properties): Properties => ({ ...named(name), spec });
  const specOf = ({ outputs }: StateAnswer): Properties => outputs["spec"] as Properties;

  it("get an address of the cluster's range and keep it", async () => {
    const one = await make(SERVICE, service("one", { ports: [{ port: 80 }] }));
    expect(specOf(one)["clusterIP"]).toMatch(/^172\.20\./);
    const changed = await change(SERVICE, one, service("one", { ports: [{ port: 81 }] }));
    expect(specOf(changed)["clusterIP"]).toBe(specOf(one)["clusterIP"]);
    const taken = service("two", { clusterIP: specOf(one)["clusterIP"] ?? "", ports: [{ port: 80 }] });
    await expect(make(SERVICE, taken)).rejects.toThrow("provided IP is already allocated (422)");
    const { inputs } = await world.engine.check(SERVICE, service("three", { ports: [{ port: 80 }] }));
    const previewed = await world.engine.create(SERVICE, inputs, { preview: true });
    expect(specOf(previewed)["clusterIP"]).toBe(UNKNOWN);
  });

  it("share no node port, but for different protocols", async () => {
    const port = (protocol: string): Properties => ({ port: 80, nodePort: 30_080, protocol });
    await make(SERVICE, service("one", { type: "NodePort", ports: [port("TCP")] }));
    await make(SERVICE, service("two", { type: "NodePort", ports: [port("UDP")] }));
    const third = service("three", { type: "NodePort", ports: [port("UDP")] });
    await expect(make(SERVICE, third)).rejects.toThrow("spec.ports[0].nodePort: Invalid value: 30080");
  });

  it("get node ports where they open some, and keep them", async () => {
    const one = await make(SERVICE, service("one", { type: "NodePort", ports: [{ port: 80 }] }));
    const [port] = specOf(one)["ports"] as readonly Properties[];
    expect(Number(port?.["nodePort"])).toBeGreaterThanOrEqual(30_000);
    const labelled = { ...named("one", { labels: { a: "b" } }), spec: { type: "NodePort", ports: [{ port: 80 }] } };
    expect(specOf(await change(SERVICE, one, labelled))["ports"]).toEqual(specOf(one)["ports"]);
  });

  it("with a load balancer say where it is, always the same", async () => {
    const one = await make(SERVICE, service("one", { type: "LoadBalancer", ports: [{ port: 80 }] }));
    expect(text(one.outputs["status"])).toMatch(/"hostname":"a[0-9a-f]{31}\.eu-west-1\.elb\.amazonaws\.com"/);
    const changed = await change(SERVICE, one, service("one", { type: "LoadBalancer", ports: [{ port: 81 }] }));
    expect(changed.outputs["status"]).toEqual(one.outputs["status"]);
  });
});

describe("admission", () => {
  beforeEach(async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await make(NAMESPACE, named("game"));
    await make(NAMESPACE, named("strict", { labels }));
  });

  it("refuses what exceeds a quota", async () => {
    const hard = { configmaps: "1", pods: "5", "requests.cpu": "1", "count/deployments.apps": "0" };
    await make("kubernetes:core/v1:ResourceQuota", { ...inGame("few"), spec: { hard } });
    await make(CONFIG_MAP, inGame("a"));
    await expect(make(CONFIG_MAP, inGame("b"))).rejects.toThrow(
      'Forbidden: configmaps "b" is forbidden: exceeded quota: few, requested: configmaps=1, used: configmaps=1, limited: configmaps=1 (403)',
    );
    await make(CONFIG_MAP, named("b"));
    await expect(make(POD, pod("a"))).rejects.toThrow("failed quota: few: must specify requests.cpu");
    await make(POD, pod("a", { resources: { requests: { cpu: "600m" } } }));
    await expect(make(POD, pod("b", { resources: { requests: { cpu: "600m" } } }))).rejects.toThrow(
      "exceeded quota: few",
    );
    const inSpace = { ...deployment(), ...inGame("lobby") };
    await expect(make(DEPLOYMENT, inSpace)).rejects.toThrow("count/deployments.apps");
  });

  it("refuses pods beyond a limit range", async () => {
    const limits = [{ type: "Container", max: { cpu: "1" }, min: { memory: "64Mi" } }];
    await make("kubernetes:core/v1:LimitRange", { ...inGame("limits"), spec: { limits } });
    const asking = (cpu: string, memory: string): Properties => pod("a", { resources: { limits: { cpu, memory } } });
    await expect(make(POD, asking("2", "1Gi"))).rejects.toThrow('Forbidden: pods "a" is forbidden: maximum cpu usage');
    await expect(make(POD, asking("1", "1Mi"))).rejects.toThrow("minimum memory usage per Container is 64Mi");
    await make(POD, asking("1", "1Gi"));
  });

  it("refuses pods below the namespace's security level", async () => {
    const securityContext = { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ["ALL"] } };
    const profile = { seccompProfile: { type: "RuntimeDefault" } };
    await expect(make(POD, pod("a", {}, "strict"))).rejects.toThrow('violates PodSecurity "restricted:latest"');
    await make(POD, pod("a", { securityContext: { ...securityContext, ...profile } }, "strict"));
    await expect(make(POD, pod("b", { securityContext }, "strict"))).rejects.toThrow("seccompProfile");
  });
});

describe("updates", () => {
  it("leave a number of replicas alone that the program does not name", async () => {
    const first = await make(DEPLOYMENT, deployment(3));
    const second = await change(DEPLOYMENT, first, deployment());
    expect(second.outputs).toMatchObject({ spec: { replicas: 3 }, metadata: { generation: 1 } });
  });

  it("let a claim grow where its class allows it, and never shrink", async () => {
    const claim = (storageClassName: string, storage: string): Properties => ({
      ...named(storageClassName),
      spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
    });
    await make(STORAGE_CLASS, { ...named("grows"), provisioner: "ebs.csi.aws.com", allowVolumeExpansion: true });
    await make(STORAGE_CLASS, { ...named("stays"), provisioner: "ebs.csi.aws.com" });
    const grows = await make(CLAIM, claim("grows", "1Gi"));
    const stays = await make(CLAIM, claim("stays", "1Gi"));
    const grown = await change(CLAIM, grows, claim("grows", "2Gi"));
    await expect(change(CLAIM, grown, claim("grows", "1Gi"))).rejects.toThrow("Forbidden");
    await expect(change(CLAIM, stays, claim("stays", "2Gi"))).rejects.toThrow("must support resize");
  });

  it("do not change what the API holds fixed", async () => {
    const type = "kubernetes:scheduling.k8s.io/v1:PriorityClass";
    const priority = await make(type, { ...named("first"), value: 10 });
    await expect(change(type, priority, { ...named("first"), value: 11 })).rejects.toThrow(
      'Invalid: PriorityClass.scheduling.k8s.io "first" is invalid: value: Forbidden',
    );
    const storage = await make(STORAGE_CLASS, { ...named("a"), provisioner: "ebs.csi.aws.com" });
    const kept = { ...named("a"), provisioner: "ebs.csi.aws.com", reclaimPolicy: "Retain" };
    await expect(change(STORAGE_CLASS, storage, kept)).rejects.toThrow("updates to reclaimPolicy are forbidden");
  });
});

describe("previews", () => {
  it("take what is unknown for right, and check the rest", async () => {
    const open = deployment();
    const spec: Properties = { ...(open["spec"] as Properties), replicas: UNKNOWN };
    expect((await world.engine.check(DEPLOYMENT, { ...open, spec })).failures).toEqual([]);
    expect((await world.engine.check(DEPLOYMENT, { ...open, spec: UNKNOWN })).failures).toEqual([]);
    expect((await world.engine.check(DEPLOYMENT, { ...open, metadata: UNKNOWN })).failures).toEqual([]);
    const { failures } = await world.engine.check(DEPLOYMENT, { ...open, spec: { ...spec, minReadySeconds: -1 } });
    expect(failures.map(({ property }) => property)).toEqual(["spec.minReadySeconds"]);
    expect((await world.engine.create(DEPLOYMENT, { ...open, spec }, { preview: true })).outputs["status"]).toBe(
      UNKNOWN,
    );
  });
});
