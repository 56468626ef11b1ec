import { describe, expect, it } from "vitest";
import { production, type RecordedStack } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";
import { recordStack } from "./recordStack.ts";

const ofType = ({ resources }: RecordedStack, type: string) => resources.filter((resource) => resource.type === type);
const groupsOf = async (inputs: unknown) =>
  Object.fromEntries(
    ofType(await recordStack(inputs), "aws:eks/nodeGroup:NodeGroup").map(({ name, inputs }) => [name, inputs]),
  );
const players = { peakPlayers: 20_000 };

describe("spot machines", () => {
  it("are none, unless a share is asked for: sessions run on demand", async () => {
    for (const group of Object.values(await groupsOf(players))) expect(group["capacityType"]).toBe("ON_DEMAND");
  });

  it("come in one group of all families, beside on-demand groups that can carry everything without them", async () => {
    const groups = await groupsOf({ ...players, spotPercent: 40 });
    const plain = await groupsOf(players);
    const spot = groups["session-nodes-spot-c7i-c6i-2xlarge-relay-3"];
    expect(spot).toMatchObject({
      capacityType: "SPOT",
      instanceTypes: ["c7i.2xlarge", "c6i.2xlarge"],
      // 500 servers of 7 a node are 72 nodes.
      scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 28 },
      taints: [{ key: "meridian/pool", value: "sessions", effect: "NO_SCHEDULE" }],
    });
    expect(spot?.["subnetIds"]).toHaveLength(3);
    for (const [name, group] of Object.entries(plain)) expect(groups[name]).toEqual(group);
  });

  it("grow first, and on-demand machines when the cloud has none of them", async () => {
    const { resources } = await recordStack({ spotPercent: 40 });
    const priorities = resources.find(({ name }) => name === "autoscaler-priorities");
    expect(priorities?.inputs).toMatchObject({
      metadata: { name: "cluster-autoscaler-priority-expander", namespace: "kube-system" },
      data: { priorities: "20:\n  - .*sessions-spot.*\n10:\n  - .*\n" },
    });
    const autoscaler = resources.find(({ name }) => name === "autoscaler-deployment");
    expect(JSON.stringify(autoscaler?.inputs)).toContain("--expander=priority,least-waste");
  });
});

describe("machines of both architectures", () => {
  it("have groups of their own, each with the image that runs on it", async () => {
    const groups = await groupsOf({
      instanceFamilies: ["c7i", "c7g", "c6g"],
      multiArchImage: true,
      spotPercent: 50,
      ...players,
    });
    const shown = Object.entries(groups).map(([name, { amiType, instanceTypes }]) => [name, amiType, instanceTypes]);
    expect(shown.toSorted()).toEqual([
      ["service-nodes-xlarge-c7g-c6g-3", "AL2023_ARM_64_STANDARD", ["c7g.xlarge", "c6g.xlarge"]],
      ["service-nodes-xlarge-c7i-3", "AL2023_x86_64_STANDARD", ["c7i.xlarge"]],
      ["session-nodes-c6g-2xlarge-relay-3", "AL2023_ARM_64_STANDARD", ["c6g.2xlarge"]],
      ["session-nodes-c7g-2xlarge-relay-3", "AL2023_ARM_64_STANDARD", ["c7g.2xlarge"]],
      ["session-nodes-c7i-2xlarge-relay-3", "AL2023_x86_64_STANDARD", ["c7i.2xlarge"]],
      ["session-nodes-spot-c7g-c6g-2xlarge-relay-3", "AL2023_ARM_64_STANDARD", ["c7g.2xlarge", "c6g.2xlarge"]],
      ["session-nodes-spot-c7i-2xlarge-relay-3", "AL2023_x86_64_STANDARD", ["c7i.2xlarge"]],
    ]);
  });

  it("are all reached by the front door, whichever runs the lobby", async () => {
    const stack = await recordStack({ instanceFamilies: ["c7i", "c7g"], multiArchImage: true });
    const behind = ofType(stack, "aws:autoscaling/attachment:Attachment").filter(({ name }) =>
      name.startsWith("door-lobby-blue"),
    );
    expect(behind.map(({ inputs }) => inputs["autoscalingGroupName"])).toEqual([
      "asg-service-nodes-xlarge-c7i-3",
      "asg-service-nodes-xlarge-c7g-3",
    ]);
  });
});

it("every session group spans all zones, and any one family can be sold out", async () => {
  const groups = await groupsOf({ ...players, instanceFamilies: ["c7i", "c6i", "m6i"] });
  const sessions = Object.entries(groups).filter(([name]) => name.startsWith("session-nodes"));
  expect(sessions).toHaveLength(3);
  for (const [, { subnetIds, scalingConfig }] of sessions) {
    expect(subnetIds).toHaveLength(3);
    // Two of three carry 500 servers of 7 a node.
    expect(2 * 7 * (scalingConfig as { maxSize: number }).maxSize).toBeGreaterThanOrEqual(500); // as declared in nodePool.ts
  }
});

it("a group's least number never grows with the players: the cloud refuses one above what runs at that moment", async () => {
  for (const peakPlayers of [1, 1000, 200_000]) {
    const least = Object.entries(await groupsOf({ peakPlayers })).map(([name, { scalingConfig }]) => [
      name.split("-")[0],
      (scalingConfig as { minSize: number }).minSize, // as declared in nodePool.ts
    ]);
    expect(least).toEqual([
      ["service", 3],
      ["session", 1],
      ["session", 1],
    ]);
  }
});

it("reserved nodes are of the first family, over all zones, and open to the node groups", async () => {
  const reserved = ofType(
    await recordStack({ ...players, reservedNodes: 4 }),
    "aws:ec2/capacityReservation:CapacityReservation",
  );
  expect(
    reserved.map(({ inputs }) => [inputs["availabilityZone"], inputs["instanceType"], inputs["instanceCount"]]),
  ).toEqual([
    ["eu-west-1a", "c7i.2xlarge", 2],
    ["eu-west-1b", "c7i.2xlarge", 1],
    ["eu-west-1c", "c7i.2xlarge", 1],
  ]);
  for (const { inputs } of reserved)
    expect(inputs).toMatchObject({ instanceMatchCriteria: "open", endDateType: "unlimited" });
});

describe("scaling", () => {
  it("by the clock has nodes ready for the players expected, in every family's group, and lets them go afterwards", async () => {
    const friday = { name: "friday", from: "0 17 * * 5", until: "0 23 * * 5", players: 14_000 };
    const schedules = ofType(
      await recordStack({ ...players, schedules: [friday] }),
      "aws:autoscaling/schedule:Schedule",
    );
    const shown = schedules.map(({ inputs }) => [
      inputs["autoscalingGroupName"],
      inputs["recurrence"],
      inputs["timeZone"],
      inputs["minSize"],
      inputs["maxSize"],
    ]);
    // 14,000 players and a quarter over them are 350 servers: 50 nodes of 7, half of them in each of two groups.
    expect(shown.toSorted()).toEqual([
      ["asg-session-nodes-c6i-2xlarge-relay-3", "0 17 * * 5", "Etc/UTC", 25, -1],
      ["asg-session-nodes-c6i-2xlarge-relay-3", "0 23 * * 5", "Etc/UTC", 1, -1],
      ["asg-session-nodes-c7i-2xlarge-relay-3", "0 17 * * 5", "Etc/UTC", 25, -1],
      ["asg-session-nodes-c7i-2xlarge-relay-3", "0 23 * * 5", "Etc/UTC", 1, -1],
    ]);
  });

  it("by load keeps servers at the share of their CPU that was asked for", async () => {
    const scalers = ofType(
      await recordStack({ cpuTargetPercent: 50 }),
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    );
    expect(scalers).toHaveLength(5);
    for (const { inputs } of scalers) {
      expect(inputs["spec"]).toMatchObject({
        metrics: [{ resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }],
      });
    }
  });
});

it("the rules have nothing to say of spot, mixed, reserved and scheduled machines in production", async () => {
  const inputs = {
    ...players,
    ...{ spotPercent: 30, reservedNodes: 3, multiArchImage: true, instanceFamilies: ["c7i", "c7g"] },
    schedules: [{ name: "friday", from: "0 17 * * 5", until: "0 23 * * 5", players: 14_000 }],
  };
  const placement = { ...production };
  expect(await verdictsOn({ blueprint: "game-servers", inputs, placement })).toEqual([]);
});
