import { describe, expect, it } from "vitest";
import { kubernetesPackage } from "../../sandbox/kubernetes/package.ts";
import { type Properties, UNKNOWN } from "../../sandbox/model/values.ts";
import { inGame, named, useClusterWorld } from "./clusterWorld.ts";
import { kubeconfigOf } from "./kubernetesCluster.ts";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const POD = "kubernetes:core/v1:Pod";

const world = useClusterWorld();
const { make } = world;

describe("a cluster", () => {
  it("is found by the endpoint in the kubeconfig, and by nothing else", async () => {
    const kubeconfig = kubeconfigOf("https://nowhere.invalid");
    const lost = await world.sandbox.engine({ package: "kubernetes", configuration: { kubeconfig } });
    const { inputs, failures } = await lost.check(CONFIG_MAP, named("a"));
    expect(failures).toEqual([]);
    await expect(lost.create(CONFIG_MAP, inputs)).rejects.toThrow(/ClusterUnreachable: .*nowhere\.invalid/);
  });

  it("shares no names with another one", async () => {
    const other = await (await world.another()).connect();
    await make(NAMESPACE, named("game"));
    await make(CONFIG_MAP, inGame("a"));
    await expect(make(CONFIG_MAP, inGame("a"), other)).rejects.toThrow('NotFound: namespaces "game" not found');
    await make(NAMESPACE, named("game"), other);
    await make(CONFIG_MAP, inGame("a"), other);
  });

  it("takes its objects with it when it is deleted", async () => {
    await make(NAMESPACE, named("game"));
    const map = await make(CONFIG_MAP, inGame("a"));
    expect((await world.objects()).map(({ id }) => id)).toContain("game/a");
    await world.cluster.aws.remove("aws:eks/cluster:Cluster", world.cluster.cluster);
    expect(await world.objects()).toEqual([]);
    await expect(world.engine.read(CONFIG_MAP, map.id, map)).rejects.toThrow("ClusterUnreachable:");
    await expect(world.engine.remove(CONFIG_MAP, map)).rejects.toThrow("ClusterUnreachable:");
  });

  it("that is gone counts as empty where the provider says so", async () => {
    const tolerant = await world.cluster.connect({ deleteUnreachable: "true" });
    const map = await make(CONFIG_MAP, named("a"), tolerant);
    expect(await tolerant.read(CONFIG_MAP, map.id, map)).toBeDefined();
    await world.cluster.aws.remove("aws:eks/cluster:Cluster", world.cluster.cluster);
    expect(await tolerant.read(CONFIG_MAP, map.id, map)).toBeUndefined();
    await tolerant.remove(CONFIG_MAP, map);
  });

  it("has the system's namespaces, accounts and priority classes from the start", async () => {
    expect(await world.engine.read(NAMESPACE, "kube-system")).toBeDefined();
    expect(await world.engine.read("kubernetes:core/v1:ServiceAccount", "default/default")).toBeDefined();
    const critical = {
      ...named("a", { namespace: "default" }),
      spec: { containers: [{ name: "server", image: "lobby:1" }], priorityClassName: "system-cluster-critical" },
    };
    await make(POD, critical);
  });
});

describe("a namespace", () => {
  it("takes all that is in it with it, modelled or not", async () => {
    const game = await make(NAMESPACE, named("game"));
    const map = await make(CONFIG_MAP, inGame("a"));
    const other = await make(CONFIG_MAP, named("a"));
    const custom = await make("kubernetes:example.dev/v1:Widget", inGame("widget"));
    await world.engine.remove(NAMESPACE, game);
    expect(await world.engine.read(CONFIG_MAP, map.id, map)).toBeUndefined();
    expect(await world.engine.read("kubernetes:example.dev/v1:Widget", custom.id, custom)).toBeUndefined();
    expect(await world.engine.read(CONFIG_MAP, other.id, other)).toBeDefined();
    await world.engine.remove(CONFIG_MAP, map);
  });

  it("of the system cannot be deleted", async () => {
    const system = await world.engine.read(NAMESPACE, "kube-system");
    if (system === undefined) throw new Error("no namespace kube-system");
    await expect(world.engine.remove(NAMESPACE, system)).rejects.toThrow(/Forbidden: .* may not be deleted \(403\)/);
  });

  it("is the provider's when an object names none", async () => {
    const placed = await world.cluster.connect({ namespace: "game" });
    await make(NAMESPACE, named("game"), placed);
    expect((await make(CONFIG_MAP, named("a"), placed)).id).toBe("game/a");
  });
});

describe("another kubeconfig", () => {
  const replaced = (olds: Properties, news: Properties): readonly string[] => {
    const { replacing } = kubernetesPackage;
    return typeof replacing === "function" ? replacing(olds, news) : replacing;
  };
  const at = (server: string): Properties => ({ kubeconfig: kubeconfigOf(server) });

  it("replaces the provider when it is of another cluster, or not known yet", () => {
    expect(replaced(at("https://a"), at("https://b"))).toContain("kubeconfig");
    expect(replaced(at("https://a"), { kubeconfig: UNKNOWN })).toContain("kubeconfig");
    expect(replaced(at("https://a"), { ...at("https://a"), enableServerSideApply: "true" })).toEqual([]);
  });

  it("does not when an identifier says that it is the same cluster", () => {
    const same = { clusterIdentifier: "one" };
    expect(replaced({ ...at("https://a"), ...same }, { ...at("https://b"), ...same })).toEqual([]);
    expect(replaced({ ...at("https://a"), ...same }, { ...at("https://a"), clusterIdentifier: "two" })).toEqual([
      "clusterIdentifier",
    ]);
  });
});
