import { describe, expect, it } from "vitest";
import {
  createJudge,
  noSettings,
  pack,
  readPolicySettings,
  stackAssumptions,
  UNKNOWN,
} from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const policy = "cost-limit-stack-price";
const database = (name: string, instanceClass = "db.r5.24xlarge") =>
  known("aws:rds/instance:Instance", name, {
    engine: "postgres",
    instanceClass,
    allocatedStorage: 100,
    region: "us-east-1",
  });
const development = { environment: "development" } as const;

describe(policy, () => {
  it("passes a stack whose things together are within the limit", () => {
    expect(judgeWhole(policy, [database("one", "db.t3.small"), database("two", "db.t3.small")], development)).toEqual(
      [],
    );
  });

  it("refuses what is over it together, on the dearest of them", () => {
    const resources = [database("small", "db.t3.small"), database("one"), database("two")];
    expect(judgeWhole(policy, resources, development)).toEqual([
      expect.stringMatching(
        /^one: the stack would cost \d{5}\.\d\d USD a month, of which this resource is \d{4}\.\d\d, over 10000, the most in development$/,
      ),
    ]);
  });

  it("says so whatever of the rest is not known yet", () => {
    const resources = [database("one"), database("two"), database("three", UNKNOWN)];
    expect(judgeWhole(policy, resources, development)).toEqual([
      expect.stringMatching(/^one: the stack would cost .*, over 10000, the most in development$/),
    ]);
  });

  it("is not passed by what is within the limit as far as it is known: each part that is not says so, as advice in a preview", () => {
    const resources = [database("small", "db.t3.small"), database("one", UNKNOWN), database("two", UNKNOWN)];
    expect(judgeWhole(policy, resources, development)).toEqual(["one: unknown", "two: unknown"]);
    const context = { environment: "development", project: "game", stack: "dev", phase: "preview" } as const;
    const said = createJudge(pack).judgeWhole(resources, context);
    expect(said.filter((verdict) => verdict.policy === policy)).toEqual([
      expect.objectContaining({
        level: "advisory",
        message: expect.stringContaining("instanceClass is not known yet"),
      }),
      expect.objectContaining({
        level: "advisory",
        message: expect.stringContaining("instanceClass is not known yet"),
      }),
    ]);
  });

  it("takes the region from the stack's name where nothing else says it, as a pack in an engine must", () => {
    const resources = [known("aws:rds/instance:Instance", "one", { ...database("one").inputs, region: undefined })];
    const settings = readPolicySettings({ [policy]: { mostMonthly: { production: 1 } } }, pack.rules);
    expect(settings.faults).toEqual([]);
    const context = { environment: "production", project: "game", phase: "preview" } as const;
    const judge = (stack: string) =>
      createJudge(pack, settings.settings)
        .judgeWhole(resources, { ...context, stack })
        .filter((verdict) => verdict.policy === policy);
    expect(judge("launch.live.us-east-1")).toEqual([expect.objectContaining({ figure: expect.any(Number) })]);
    expect(judge("launch.live.us-east-1")[0]?.message).not.toContain("dearest");
    expect(judge("dev")).toEqual([
      expect.objectContaining({ message: expect.stringContaining("USD a month (as in the dearest region, since") }),
    ]);
  });
});

describe("the setting usageAssumptions", () => {
  it("changes the price, and is refused with every name that it may have", () => {
    const read = (usageAssumptions: unknown) => readPolicySettings({ [policy]: { usageAssumptions } }, pack.rules);
    expect(read({ hoursPerMonth: 100 }).faults).toEqual([]);
    expect(read({ hours: 100 }).faults[0]).toContain("there are hoursPerMonth, ");
    expect(read({ hoursPerMonth: 1_000 }).faults[0]).toContain("must be 0 to 744 hours, and is 1000");
    expect(read({ hoursPerMonth: "many" }).faults[0]).toContain("must give hoursPerMonth as a number");
    expect(read([]).faults[0]).toContain("must be an object");
  });

  it("is what whole stacks are priced by elsewhere too, also where the ceiling is not asked", () => {
    const usageAssumptions = { natGigabytes: 7 };
    const given = { [policy]: { enforcementLevel: "disabled", usageAssumptions } };
    expect(stackAssumptions(readPolicySettings(given, pack.rules).settings)).toEqual(usageAssumptions);
    expect(stackAssumptions(noSettings)).toEqual({});
  });
});
