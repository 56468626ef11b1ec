import { lifecycle } from "../lifecycle.ts";
import { sharedThings } from "./sharedThings.ts";

const image = (digit: string) => `registry.example.com/game/server@sha256:${digit.repeat(64)}`;
const ATTACHMENT = "aws:autoscaling/attachment:Attachment";

lifecycle({
  blueprint: "game-servers",
  needs: sharedThings,
  inputs: {},
  changes: [
    {
      name: "players, images, shares, budget, retention and who hears of alarms",
      inputs: {
        ...{ peakPlayers: 3000, playersPerServer: 40, playersPerLobby: 1000, quietPercent: 30, headroomPercent: 30 },
        ...{ image: image("a"), greenImage: image("b"), relayImage: image("c"), greenPercent: 25, bakeMinutes: 30 },
        ...{ matchMinutes: 60, serverCpuMillis: 750, serverMemoryMiB: 1024, deletionProtection: true },
        ...{ logRetentionDays: 90, monthlyBudget: { amount: "900.00", currency: "USD" }, alarmEmail: "a@example.com" },
        ...{ operatorCidrs: ["203.0.113.0/24"], kubernetesVersion: "1.35", telemetry: undefined },
      },
      replaces: [],
    },
    {
      name: "spot, reserved and scheduled machines, and how busy servers are kept",
      inputs: {
        ...{ spotPercent: 30, reservedNodes: 2, cpuTargetPercent: 50, greenPercent: 100, deletionProtection: false },
        schedules: [{ name: "friday", from: "0 17 * * 5", until: "0 23 * * 5", players: 2000 }],
      },
      replaces: [],
    },
    {
      name: "platforms, who plays, and the ports",
      inputs: {
        playerCidrs: ["203.0.113.0/24"],
        platforms: { mobile: { port: 7443, protocol: "tcp" } },
        ports: { lobby: 7100, api: 8180, game: 7177 },
      },
      // A relay that players outside reach stands elsewhere.
      replaces: ["aws:lb/listener:Listener", "aws:lb/loadBalancer:LoadBalancer"],
    },
    {
      name: "the connection, from relay to accelerator",
      inputs: { connection: "accelerator", relayImage: undefined },
      replaces: ["aws:autoscaling/schedule:Schedule"],
    },
    {
      name: "what session servers are, from workloads to fleets of Agones",
      inputs: { fleets: "agones" },
      replaces: [],
    },
    {
      name: "the machines, which come beside the old ones",
      inputs: {
        instanceFamilies: ["m7i", "m7g"],
        multiArchImage: true,
        instanceSize: "4xlarge",
        deletionProtection: false,
      },
      replaces: [ATTACHMENT, "aws:autoscaling/schedule:Schedule", "aws:ec2/capacityReservation:CapacityReservation"],
    },
  ],
  production: { image: image("a"), playerCidrs: ["0.0.0.0/0"], alarmEmail: "a@example.com" },
});
