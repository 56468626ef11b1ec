import { lifecycle } from "../lifecycle.ts";
import { ownCluster } from "./ownCluster.ts";

const image = (digit: string) => `registry.example.com/game/server@sha256:${digit.repeat(64)}`;

const inNamespace = [
  "kubernetes:apps/v1:Deployment",
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  "kubernetes:core/v1:ConfigMap",
  "kubernetes:core/v1:Secret",
  "kubernetes:core/v1:Service",
  "kubernetes:core/v1:ServiceAccount",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  "kubernetes:policy/v1:PodDisruptionBudget",
];

lifecycle({
  blueprint: "hybrid",
  needs: ownCluster,
  inputs: {},
  changes: [
    {
      name: "players, images, shares, ports, who comes in, and where sessions run",
      inputs: {
        ...{ peakPlayers: 3000, playersPerServer: 40, playersPerLobby: 1000, quietPercent: 30, headroomPercent: 30 },
        ...{ image: image("a"), greenImage: image("b"), relayImage: image("c"), greenPercent: 25 },
        ...{ matchMinutes: 60, serverCpuMillis: 750, serverMemoryMiB: 1024, cpuTargetPercent: 50 },
        ...{ deletionProtection: true, nodeCidrs: ["10.60.0.0/16"], firstNodePort: 31000 },
        ...{ platforms: { mobile: { port: 7443, protocol: "tcp" } }, ports: { lobby: 7100, api: 8180, game: 7177 } },
        sessionStore: { host: "sessions.example.com", port: 6379, cidr: "10.70.0.0/24" },
        sessionNodes: { labels: { pool: "sessions" }, tolerations: [{ key: "pool", value: "sessions" }] },
      },
      replaces: [],
    },
    {
      name: "node ports to load balancers, and the share to all of green",
      inputs: {
        ...{ exposure: "loadBalancers", firstNodePort: undefined, playerCidrs: ["203.0.113.0/24"] },
        ...{ greenPercent: 100, deletionProtection: false },
      },
      replaces: [],
    },
    {
      name: "the namespace, with all that is in it",
      inputs: { namespace: "game-two" },
      replaces: ["kubernetes:core/v1:Namespace", ...inNamespace],
    },
  ],
  production: { image: image("a"), nodeCidrs: ["10.60.0.0/16"] },
});
