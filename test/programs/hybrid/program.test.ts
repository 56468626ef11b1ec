import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../../programs/catalog.ts";
import { lobbyPorts, relayPorts } from "../../../programs/hybrid/doorPorts.ts";
import { countServers, leastSessions } from "../../../programs/servers/serverCounts.ts";
import { development, production, type RecordedStack, recordAnew, recordBlueprint } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";

const image = `registry.example.com/game/server@sha256:${"a".repeat(64)}`;
const { example } = catalog.blueprints.hybrid;
const given = (inputs: object) => ({ ...(example as object), ...inputs }); // the example is an object of inputs
const record = (inputs: object = {}, placement = development) =>
  recordBlueprint({ blueprint: "hybrid", inputs: given(inputs), placement });
const balancers = { exposure: "loadBalancers", playerCidrs: ["203.0.113.0/24"], nodeCidrs: ["10.0.0.0/16"] };

function specOf<Spec>({ resources }: RecordedStack, name: string): Spec {
  const resource = resources.find((each) => each.name === name);
  return resource?.inputs["spec"] as Spec; // as the components declare it
}

interface Pod {
  readonly nodeSelector?: object;
  readonly tolerations: readonly object[];
  readonly automountServiceAccountToken: boolean;
  readonly topologySpreadConstraints: readonly object[];
  readonly securityContext: object;
  readonly containers: readonly { readonly env: readonly { name: string; value?: string }[]; readonly image: string }[];
}
const podOf = (stack: RecordedStack, fleet: string) =>
  specOf<{ template: { spec: Pod } }>(stack, `${fleet}-deployment`).template.spec;
interface Policy {
  readonly ingress: readonly object[];
  readonly egress: readonly object[];
}
interface Door {
  readonly type: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly ports: readonly { readonly name: string; readonly nodePort?: number }[];
}

const fleets = ["lobby-blue", "lobby-green", "session-blue", "session-green", "relay"];

describe("hybrid deployments: a cluster of one's own", () => {
  it("has all that the game runs on, and nothing of AWS", async () => {
    const { resources } = await record();
    expect(resources.filter(({ type, provider }) => /aws/.test(`${type} ${provider}`))).toEqual([]);
    const made = resources.filter(({ type }) => type === "kubernetes:apps/v1:Deployment").map(({ name }) => name);
    expect(made.toSorted()).toEqual(fleets.map((fleet) => `${fleet}-deployment`).toSorted());
    for (const { provider } of resources.filter(({ type }) => type.startsWith("kubernetes:"))) {
      expect(provider).toContain("hybrid-kubernetes");
    }
  });

  it("is known by its address: nothing but that makes it another cluster", async () => {
    const { resources } = await record();
    const provider = resources.find(({ name }) => name === "hybrid-kubernetes");
    expect(provider?.inputs).toMatchObject({ clusterIdentifier: "https://kubernetes.example.com:6443" });
    expect(JSON.parse(String(provider?.inputs["kubeconfig"]))).toMatchObject({ "current-context": "own" });
  });
});

describe("container orchestration: the fleets of hybrid", () => {
  it("are restricted pods, over zones, that survive disruptions and grow with load", async () => {
    const stack = await record();
    const space = stack.resources.find(({ type }) => type === "kubernetes:core/v1:Namespace");
    expect(space?.inputs["metadata"]).toMatchObject({
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
    for (const fleet of fleets) {
      const pod = podOf(stack, fleet);
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true });
      expect(pod.topologySpreadConstraints).toMatchObject([{ topologyKey: "topology.kubernetes.io/zone" }]);
      expect(specOf(stack, `${fleet}-disruption`)).toHaveProperty("maxUnavailable");
      expect(specOf(stack, `${fleet}-autoscaler`)).toMatchObject({ scaleTargetRef: { name: fleet } });
    }
  });

  it("run their colour's image, and stand ready by their share of new sessions", async () => {
    const greenImage = image.replace(/a+$/, "b".repeat(64));
    const stack = await record({ image, greenImage, greenPercent: 40, peakPlayers: 10_000 });
    expect(podOf(stack, "session-blue").containers[0]?.image).toBe(image);
    expect(podOf(stack, "session-green").containers[0]?.image).toBe(greenImage);
    const least = (fleet: string) => specOf<{ minReplicas: number }>(stack, `${fleet}-autoscaler`).minReplicas;
    expect([least("session-blue"), least("session-green")]).toEqual([24, 16]);
    expect(stack.outputs).toMatchObject({
      lobbyWeights: { blue: 60, green: 40 },
      activeColour: "blue",
      greenPercent: 40,
    });
  });

  it("run session servers on the nodes that are named, and everything else on any", async () => {
    const sessionNodes = { labels: { pool: "sessions" }, tolerations: [{ key: "a" }, { key: "b", value: "c" }] };
    const stack = await record({ sessionNodes });
    expect(podOf(stack, "session-blue")).toMatchObject({
      nodeSelector: { pool: "sessions" },
      tolerations: [
        { key: "a", operator: "Exists", effect: "NoSchedule" },
        { key: "b", operator: "Equal", value: "c", effect: "NoSchedule" },
      ],
    });
    expect(podOf(stack, "lobby-blue").nodeSelector).toBeUndefined();
    expect(podOf(await record(), "session-blue").nodeSelector).toBeUndefined();
  });
});

describe("traffic", () => {
  const policy = async (role: string, inputs: object = {}) => specOf<Policy>(await record(inputs), `game-${role}`);
  const pods = (role: string) => ({ podSelector: { matchLabels: { "app.kubernetes.io/component": role } } });

  it("is refused wherever it is not named, and by default nobody comes in from outside", async () => {
    expect(specOf(await record(), "game-default-deny")).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    for (const role of ["lobby", "session", "relay"]) {
      const { ingress, egress } = await policy(role);
      expect(JSON.stringify([ingress, egress])).not.toContain("ipBlock");
    }
  });

  it("comes in by the nodes' addresses alone, and to session servers from relays only", async () => {
    const inputs = { nodeCidrs: ["10.60.0.0/16"] };
    expect((await policy("lobby", inputs)).ingress).toContainEqual({
      from: [{ ipBlock: { cidr: "10.60.0.0/16" } }],
      ports: [{ protocol: "TCP", port: 7000 }],
    });
    expect((await policy("session", inputs)).ingress).toEqual([
      { from: [pods("lobby")], ports: [{ protocol: "TCP", port: 8080 }] },
      { from: [pods("relay")], ports: [{ protocol: "UDP", port: 7777 }] },
    ]);
  });

  it.each([
    [{ host: "10.1.2.3", port: 6379 }, "10.1.2.3/32"],
    [{ host: "sessions.example.com", port: 6379, cidr: "10.70.0.0/24" }, "10.70.0.0/24"],
  ])("goes out to the session store at %j and nowhere else, from lobbies alone", async (sessionStore, cidr) => {
    const way = { to: [{ ipBlock: { cidr } }], ports: [{ protocol: "TCP", port: 6379 }] };
    const outside = async (role: string) =>
      (await policy(role, { sessionStore })).egress.filter((rule) => JSON.stringify(rule).includes("ipBlock"));
    expect(await outside("lobby")).toEqual([way]);
    expect([await outside("session"), await outside("relay")]).toEqual([[], []]);
    const { env = [] } = podOf(await record({ sessionStore }), "lobby-blue").containers[0] ?? {};
    expect(env).toContainEqual({ name: "SESSION_STORE", value: `${sessionStore.host}:6379` });
  });
});

describe("doors", () => {
  it("are node ports that are all different, behind the first one, and are put out", async () => {
    const stack = await record({ firstNodePort: 31_000 });
    const doors = ["lobby-blue", "lobby-green", "relay"].map((fleet) => specOf<Door>(stack, `${fleet}-service`));
    expect(doors.map(({ type }) => type)).toEqual(["NodePort", "NodePort", "NodePort"]);
    const numbers = doors.flatMap(({ ports }) => ports.map(({ nodePort }) => nodePort));
    expect(numbers).toEqual([31_000, 31_002, 31_001, 31_003, 31_010, 31_011]);
    expect(stack.outputs).toMatchObject({
      lobbyNodePorts: { blue: { lobby: 31_000, api: 31_002 }, green: { lobby: 31_001, api: 31_003 } },
      relayNodePorts: { game: 31_010, api: 31_011 },
      relayAddress: "",
    });
  });

  it("are load balancers for the players named, and for nobody else", async () => {
    const stack = await record(balancers);
    for (const fleet of ["lobby-blue", "lobby-green", "relay"]) {
      const { type, loadBalancerSourceRanges, ports } = specOf<Door>(stack, `${fleet}-service`);
      expect([type, loadBalancerSourceRanges]).toEqual(["LoadBalancer", ["203.0.113.0/24"]]);
      expect(ports.filter(({ nodePort }) => nodePort !== undefined)).toEqual([]);
    }
    const relay = specOf<Door>(stack, "relay-service");
    expect(relay.ports.map(({ name }) => name)).toEqual(["game"]);
  });

  it("never share a node port, and stay within the range, whatever is asked for", () => {
    const port = fc.integer({ min: 1024, max: 29_999 });
    const platform = fc.option(fc.record({ port, protocol: fc.constantFrom("udp" as const, "tcp" as const) }), {
      nil: undefined,
    });
    const inputs = fc.record({
      exposure: fc.constant("nodePorts" as const),
      firstNodePort: fc.integer({ min: 30_000, max: 32_753 }),
      ports: fc.record({ lobby: port, api: port, game: port }),
      platforms: fc.record({ console: platform, pc: platform, mobile: platform }),
    });
    fc.assert(
      fc.property(inputs, (asked) => {
        const doors = [...lobbyPorts(asked, "blue"), ...lobbyPorts(asked, "green"), ...relayPorts(asked)];
        const numbers = doors.map(({ nodePort = 0 }) => nodePort);
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(Math.min(...numbers)).toBe(asked.firstNodePort);
        expect(Math.max(...numbers)).toBeLessThanOrEqual(32_767);
      }),
    );
  });
});

describe("production", () => {
  it("meets every rule of the pack, by node ports and by load balancers", async () => {
    for (const inputs of [{ image }, { image, ...balancers }]) {
      expect(await verdictsOn({ blueprint: "hybrid", inputs: given(inputs), placement: production })).toEqual([]);
    }
  });

  it("keeps its namespace from being deleted, until that is said", async () => {
    const isProtected = async (inputs: object, placement = production) =>
      (await record(inputs, placement)).resources.filter(({ protect }) => protect).map(({ name }) => name);
    expect(await isProtected({ image })).toEqual(["game-namespace"]);
    expect(await isProtected({ image, deletionProtection: false })).toEqual([]);
    expect(await isProtected({}, development)).toEqual([]);
  });

  it("refuses an image that is named by a tag alone", async () => {
    const inputs = given({ image: "registry.example.com/game/server:1.4.2" });
    const refused = recordAnew({ blueprint: "hybrid", inputs, placement: production });
    await expect(refused).rejects.toThrow("/image: name registry.example.com/game/server:1.4.2 by its digest");
  });
});

it("credentials are secret wherever they stand: in the cluster's secret and among the outputs", async () => {
  const { resources, secretOutputs } = await record();
  const secret = resources.find(({ type }) => type === "kubernetes:core/v1:Secret");
  expect(secret?.secretInputs).toEqual(["stringData"]);
  expect(Object.keys(Object(secret?.inputs["stringData"]))).toEqual(["adminPassword", "sessionKey"]);
  expect(secretOutputs).toEqual(["adminSecret"]);
});

it("servers suffice for the players, and both colours together for the quiet hour", () => {
  const players = fc.record({
    peakPlayers: fc.integer({ min: 1, max: 5_000_000 }),
    playersPerServer: fc.integer({ min: 1, max: 1000 }),
    playersPerLobby: fc.integer({ min: 50, max: 20_000 }),
    quietPercent: fc.integer({ min: 1, max: 100 }),
    headroomPercent: fc.integer({ min: 5, max: 200 }),
  });
  fc.assert(
    fc.property(players, fc.integer({ min: 0, max: 100 }), (asked, green) => {
      const counts = countServers(asked);
      expect(counts.servers.max * asked.playersPerServer).toBeGreaterThanOrEqual(asked.peakPlayers);
      for (const { min, max } of [counts.servers, counts.lobbies, counts.relays]) {
        expect(min).toBeGreaterThanOrEqual(1);
        expect(max).toBeGreaterThanOrEqual(min);
      }
      const ready = leastSessions(counts, green) + leastSessions(counts, 100 - green);
      expect(ready).toBeGreaterThanOrEqual(counts.servers.min);
    }),
  );
});
