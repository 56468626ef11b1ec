import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog, checkInputs } from "../../../programs/catalog.ts";

const blueprint = catalog.blueprints.chaos;

function problemsOf(inputs: unknown) {
  const checked = checkInputs(blueprint, inputs);
  return checked.ok ? [] : checked.problems;
}

const alarm = (n: number) => `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors-${n}`;
const smallest = { experiments: ["node-loss"], stackSet: "launch", stopAlarmArns: [alarm(1)] };
const role = "arn:aws:iam::123456789012:role/launch-autoscaler";

describe("the inputs of chaos", () => {
  it("are what to try, where, and what stops it; the rest is small", () => {
    expect(checkInputs(blueprint, smallest)).toMatchObject({
      ok: true,
      inputs: { minutes: 5, nodePercent: 20, spotInstances: 1, throttledRoles: [] },
    });
    expect(checkInputs(blueprint, smallest)).not.toHaveProperty("inputs.allowAll");
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ["experiments that nothing stops", { stopAlarmArns: [] }, "/stopAlarmArns", /at least one alarm/],
    ["no word of what stops them", { stopAlarmArns: undefined }, "/stopAlarmArns", /output stopAlarmArns/],
    [
      "more alarms than an experiment has",
      { stopAlarmArns: [1, 2, 3, 4, 5, 6].map(alarm) },
      "/stopAlarmArns",
      /at most five/,
    ],
    ["an alarm twice", { stopAlarmArns: [alarm(1), alarm(1)] }, "/stopAlarmArns/1", /once/],
    ["an alarm by its name", { stopAlarmArns: ["lobby-errors"] }, "/stopAlarmArns/0", /give ARNs of alarms/],
    ["no experiment", { experiments: [] }, "/experiments", /at least one/],
    ["an experiment there is not", { experiments: ["meteor"] }, "/experiments/0", /zone-loss/],
    ["an experiment twice", { experiments: ["node-loss", "node-loss"] }, "/experiments/1", /once/],
    ["a zone, unless that was said", { experiments: ["zone-loss"] }, "/allowAll", /zone-loss.*everything of a zone/],
    [
      "a region, unless that was said",
      { experiments: ["node-loss", "region-evacuation"] },
      "/allowAll",
      /set it to true, or leave region-evacuation out/,
    ],
    ["more than half of the nodes, unless that was said", { nodePercent: 51 }, "/nodePercent", /at most 50/],
    ["all of something that nothing strikes", { allowAll: true }, "/allowAll", /leave it out/],
    ["a no to it, which is said by saying nothing", { allowAll: false }, "/allowAll", /give true, or leave it out/],
    ["throttling of nobody", { experiments: ["api-throttling"] }, "/throttledRoles", /strikes nobody/],
    ["throttled roles without throttling", { throttledRoles: [role] }, "/throttledRoles", /add api-throttling/],
    [
      "a user in place of a role",
      { throttledRoles: ["arn:aws:iam::123456789012:user/x"] },
      "/throttledRoles/0",
      /IAM roles/,
    ],
    ["more than an hour", { minutes: 61 }, "/minutes", /1 to 60/],
    ["more spot machines than the cloud allows", { spotInstances: 6 }, "/spotInstances", /1 to 5/],
    ["a stack set that cannot be", { stackSet: "*" }, "/stackSet", /3 to 40/],
    ["an interface with a command in it", { networkInterface: "eth0; rm" }, "/networkInterface", /such as ens5/],
    [
      "an operation with a comma in it",
      { throttledOperations: ["A,B"] },
      "/throttledOperations/0",
      /DescribeInstances/,
    ],
  ])("refuse %s, and say what to do", (_, given, pointer, message) => {
    const problems = problemsOf({ ...smallest, ...given });
    expect(problems.map((problem) => problem.pointer)).toContain(pointer);
    expect(problems.find((problem) => problem.pointer === pointer)?.message).toMatch(message);
  });

  it("allow all of a kind once that was said, in whatever environment", () => {
    expect(problemsOf({ ...smallest, experiments: ["zone-loss", "region-evacuation"], allowAll: true })).toEqual([]);
    expect(problemsOf({ ...smallest, nodePercent: 100, allowAll: true })).toEqual([]);
  });

  it.each([undefined, null, "text", 5, []])("refuse %j as a whole", (given) => {
    expect(problemsOf(given)).toEqual([{ pointer: "", message: expect.stringContaining("one JSON object") }]);
  });

  it("have a JSON Schema in which each says what it is", () => {
    const { properties = {}, required } = z.toJSONSchema(blueprint.inputs, { io: "input" });
    for (const [name, property] of Object.entries(properties))
      expect([name, property]).toEqual([name, expect.objectContaining({ description: expect.any(String) })]);
    expect(required).toEqual(["experiments", "stackSet", "stopAlarmArns"]);
  });
});
