import { describe, expect, it } from "vitest";
import { development, production, type RecordedStack } from "../recordedStack.ts";
import { recordStack } from "./recordStack.ts";

const sourcesOf = (stack: RecordedStack, type: string, property: string, sourceType: string) =>
  stack.resources
    .filter((resource) => resource.type === type)
    .map(({ inputSources }) => inputSources[property]?.filter((urn) => urn.includes(`${sourceType}::`)) ?? []);

const named = (stack: RecordedStack, type: string) => stack.resources.filter((resource) => resource.type === type);

describe("zones", () => {
  it.each([2, 3, 4])("are %i when that many are asked for: the first ones by name", async (zones) => {
    const stack = await recordStack({ zones });
    const subnets = named(stack, "aws:ec2/subnet:Subnet");
    const expected = ["a", "b", "c", "d"].slice(0, zones).map((zone) => `eu-west-1${zone}`);
    for (const kind of ["private", "public"]) {
      const found = subnets.filter(({ name }) => name.includes(kind)).map(({ inputs }) => inputs["availabilityZone"]);
      expect(found.sort()).toEqual(expected);
    }
    for (const { inputs } of named(stack, "aws:eks/nodeGroup:NodeGroup"))
      expect(inputs["subnetIds"]).toHaveLength(zones);
  });

  it("that are added move no subnet", async () => {
    const [two, four] = [await recordStack({ zones: 2 }), await recordStack({ zones: 4 })];
    const blocks = (stack: RecordedStack) =>
      new Map(named(stack, "aws:ec2/subnet:Subnet").map(({ name, inputs }) => [name, inputs["cidrBlock"]]));
    const after = blocks(four);
    expect(blocks(two).size).toBe(4);
    for (const [name, block] of blocks(two)) expect([name, after.get(name)]).toEqual([name, block]);
  });

  it.each([
    ["one for all of them in development", development, 3, 1],
    ["one for all of them in staging", { ...development, environment: "staging" } as const, 3, 1],
    ["one for each of three in production", production, 3, 3],
    ["one for each of two in production", production, 2, 2],
  ])("have NAT gateways: %s", async (_, placement, zones, expected) => {
    const stack = await recordStack({ zones }, placement);
    expect(named(stack, "aws:ec2/natGateway:NatGateway")).toHaveLength(expected);
    expect(named(stack, "aws:ec2/eip:Eip")).toHaveLength(expected);
    const routes = sourcesOf(stack, "aws:ec2/route:Route", "natGatewayId", "aws:ec2/natGateway:NatGateway").flat();
    expect(routes).toHaveLength(zones);
    expect(new Set(routes).size).toBe(expected);
  });
});

describe("machines", () => {
  it("are session nodes in one group for each instance family, and service nodes that can be any of them", async () => {
    const stack = await recordStack({ instanceFamilies: ["c7g", "m7g", "c6g"], instanceSize: "4xlarge" });
    const groups = named(stack, "aws:eks/nodeGroup:NodeGroup");
    expect(groups.map(({ inputs }) => inputs["instanceTypes"])).toEqual(
      expect.arrayContaining([
        ["c7g.4xlarge"],
        ["m7g.4xlarge"],
        ["c6g.4xlarge"],
        ["c7g.xlarge", "m7g.xlarge", "c6g.xlarge"],
      ]),
    );
    expect(groups).toHaveLength(4);
    for (const { inputs } of groups) expect(inputs["amiType"]).toBe("AL2023_ARM_64_STANDARD");
  });

  it("are at first as many as the players ask for, and what the autoscaler has made of them is left alone", async () => {
    const stack = await recordStack({ peakPlayers: 7000 });
    const sessions = named(stack, "aws:eks/nodeGroup:NodeGroup").filter(({ name }) =>
      name.startsWith("session-nodes-"),
    );
    expect(sessions).toHaveLength(2);
    for (const { inputs, ignoreChanges } of sessions) {
      expect(inputs["scalingConfig"]).toEqual({ minSize: 1, desiredSize: 2, maxSize: 25 });
      expect(ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
    }
  });

  it("of another size, another connection or in other zones are other groups, which come before the old ones go", async () => {
    const groupsOf = async (inputs: unknown) =>
      named(await recordStack(inputs), "aws:eks/nodeGroup:NodeGroup")
        .filter(({ name }) => name.startsWith("session-nodes-"))
        .flatMap(({ name, inputs }) => [name, String(inputs["nodeGroupName"])]);
    const before = await groupsOf({});
    for (const change of [{ instanceSize: "4xlarge" }, { connection: "direct" }, { zones: 2 }]) {
      const after = await groupsOf(change);
      expect(after.filter((name) => before.includes(name))).toEqual([]);
      expect(after).toHaveLength(4);
    }
  });
});

describe("a switch of colour", () => {
  const changesBetween = (before: RecordedStack, after: RecordedStack) => {
    const old = new Map(before.resources.map((resource) => [`${resource.type} ${resource.name}`, resource]));
    expect([...old.keys()].sort()).toEqual(after.resources.map(({ type, name }) => `${type} ${name}`).sort());
    return after.resources.flatMap(({ type, name, inputs }) => {
      const was = old.get(`${type} ${name}`)?.inputs ?? {};
      const changed = Object.keys({ ...was, ...inputs }).filter(
        (property) => JSON.stringify(was[property]) !== JSON.stringify(inputs[property]),
      );
      return changed.map((property) => `${name} ${property}`);
    });
  };

  it.each(["relay", "direct"])(
    "changes weights, placement and readiness with %s, makes nothing and takes nothing away",
    async (connection) => {
      const [blue, green] = [
        await recordStack({ connection }),
        await recordStack({ connection, activeColour: "green" }),
      ];
      expect(changesBetween(blue, green).sort()).toEqual([
        "door-api actions",
        "door-lobby defaultActions",
        "session-blue-autoscaler spec",
        "session-green-autoscaler spec",
        "session-placement-config data",
      ]);
    },
  );

  it("turns all players of lobby and API to the new colour", async () => {
    const stack = await recordStack({ activeColour: "green" });
    const weightsOf = (actions: unknown) => {
      const [{ forward }] = actions as [{ forward: { targetGroups: { arn: string; weight: number }[] } }]; // as declared in frontDoor.ts
      return forward.targetGroups.map(({ arn, weight }) => `${arn.split(":").at(-1)} ${weight}`);
    };
    const [listener] = named(stack, "aws:lb/listener:Listener").filter(({ name }) => name === "door-lobby");
    const [rule] = named(stack, "aws:lb/listenerRule:ListenerRule");
    expect(weightsOf(listener?.inputs["defaultActions"])).toEqual(["door-lobby-blue 0", "door-lobby-green 100"]);
    expect(weightsOf(rule?.inputs["actions"])).toEqual(["door-api-blue 0", "door-api-green 100"]);
  });

  it("places new sessions on the new colour, and updates the config map in place", async () => {
    const stack = await recordStack({ activeColour: "green" });
    expect(named(stack, "kubernetes:core/v1:ConfigMap").map(({ inputs }) => inputs["data"])).toEqual([
      { activeColour: "green" },
    ]);
    const [provider] = named(stack, "pulumi:providers:kubernetes");
    expect(provider?.inputs).toMatchObject({ enableConfigMapMutable: "true", enableSecretMutable: "true" });
  });

  it("keeps every session server's room: only what stands ready changes", async () => {
    const boundsOf = async (activeColour: string) =>
      Object.fromEntries(
        named(
          await recordStack({ activeColour, peakPlayers: 20000 }),
          "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        )
          .filter(({ name }) => name.startsWith("session-"))
          .map(({ name, inputs }) => {
            const { minReplicas, maxReplicas } = inputs["spec"] as { minReplicas: number; maxReplicas: number }; // as declared in serverFleet.ts
            return [name, [minReplicas, maxReplicas]];
          }),
      );
    expect(await boundsOf("blue")).toEqual({
      "session-blue-autoscaler": [80, 500],
      "session-green-autoscaler": [1, 500],
    });
    expect(await boundsOf("green")).toEqual({
      "session-blue-autoscaler": [1, 500],
      "session-green-autoscaler": [80, 500],
    });
  });
});

describe("an image of one colour", () => {
  it("changes the other colour's servers not at all", async () => {
    const imagesOf = async (inputs: unknown) =>
      Object.fromEntries(
        named(await recordStack(inputs), "kubernetes:apps/v1:Deployment").map(({ name, inputs }) => {
          const { template } = inputs["spec"] as { template: { spec: { containers: [{ image: string }] } } }; // as declared in serverFleet.ts
          return [name, template.spec.containers[0].image];
        }),
      );
    const image = "registry.example.com/game:1.0.0";
    const next = "registry.example.com/game:1.1.0";
    expect(await imagesOf({ image, greenImage: next })).toMatchObject({
      "lobby-blue-deployment": image,
      "session-blue-deployment": image,
      "relay-deployment": image,
      "lobby-green-deployment": next,
      "session-green-deployment": next,
    });
  });
});

describe("what is watched", () => {
  it("speaks on the one topic, and to the one who was named", async () => {
    const stack = await recordStack({ alarmEmail: "on-call@example.com" }, production);
    const alarms = named(stack, "aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(alarms).toHaveLength(11);
    for (const { inputs } of alarms) expect(inputs["alarmActions"]).toEqual(["arn:aws:mock:alarms-topic"]);
    expect(named(stack, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs["endpoint"])).toEqual(
      ["on-call@example.com"],
    );
    const [budget] = named(stack, "aws:budgets/budget:Budget");
    expect(budget?.inputs).toMatchObject({ limitAmount: "5000.00", limitUnit: "USD", timeUnit: "MONTHLY" });
    expect(budget?.inputs["notifications"]).toHaveLength(2);
  });

  it("names no one where no one was named", async () => {
    expect(named(await recordStack(), "aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
  });

  it("is on a dashboard whose every graph has a metric", async () => {
    const [dashboard] = named(await recordStack(), "aws:cloudwatch/dashboard:Dashboard");
    const { widgets } = JSON.parse(String(dashboard?.inputs["dashboardBody"]));
    expect(widgets).toHaveLength(7);
    for (const { properties } of widgets) expect(properties.metrics.length).toBeGreaterThan(0);
  });
});
