import { describe, expect, it } from "vitest";
import { type JudgeContext, type JudgedResource, judgeResource, type Rule, UNKNOWN } from "../../policies/index.ts";
import { createJudge } from "../../policies/judge.ts";
import { onDeletion, onResource, onStack, onWholeStack, rule } from "../../policies/rule.ts";
import { urnOf } from "./support/ruleFixture.ts";

const type = "test:index:Thing";
const context: JudgeContext = { environment: "production", project: "game", stack: "dev", phase: "up" };
const thing: JudgedResource = {
  urn: urnOf(type, "it"),
  type,
  name: "it",
  step: "create",
  inputs: {},
  secrets: [],
  protect: false,
};
const about = {
  name: "test-rule",
  description: "A rule.",
  level: "advisory",
  severity: "low",
  reason: "Because.",
  controls: { fsbp: ["X.0"] },
  remediation: ["Do it."],
} as const;

/** Every resource is compared with every other. */
const withAll = { keysOf: () => ["any"], ways: "connected" } as const;

const judgeWith = (check: Rule["check"]) =>
  createJudge({ name: "p", version: "1.2.3", rules: [rule({ ...about, check })] });

describe("createJudge", () => {
  it("gives each fault with all that a client shows of it", () => {
    const check = onResource(type, (_, report) => {
      report("one");
      report("two");
    });
    const verdicts = judgeWith([check]).judgeResource(thing, context);
    expect(verdicts.map(({ message }) => message)).toEqual(["one", "two"]);
    expect(verdicts[0]).toEqual({
      policy: "test-rule",
      pack: "p",
      packVersion: "1.2.3",
      level: "advisory",
      severity: "low",
      outcome: "fail",
      urn: thing.urn,
      resourceType: type,
      message: "one",
      remediation: "Do it.",
      phase: "up",
    });
  });

  const breaks = (): never => {
    throw new Error("hunter2");
  };

  it.each([
    ["on a resource", [onResource(type, breaks)], "create"],
    ["on a stack", onStack([type], breaks, withAll), "create"],
    ["on a deletion", onDeletion([type], breaks), "replace"],
  ] as const)(
    "refuses when a rule %s breaks, advisory as it may be, and keeps its error to itself",
    (_, check, step) => {
      const old = { inputs: {}, outputs: {}, protect: false };
      const verdicts = judgeWith(check).judgeResource({ ...thing, step, old }, context);
      expect(verdicts).toEqual([
        expect.objectContaining({
          level: "mandatory",
          outcome: "fail",
          message: expect.stringMatching(/^rule failed: test-rule /),
        }),
      ]);
      expect(JSON.stringify(verdicts)).not.toContain("hunter2");
    },
  );

  it("refuses when a rule breaks on one item of a list", () => {
    const check = onResource(type, (inputs, _, { each }) => each(inputs["list"] as unknown[], breaks));
    const verdicts = judgeWith([check]).judgeResource({ ...thing, inputs: { list: [1] } }, context);
    expect(verdicts).toEqual([expect.objectContaining({ level: "mandatory" })]);
  });

  it("keeps a fault found before an unknown value, and those found in other items of a list", () => {
    const check = onResource(type, (inputs, report, { each }) => {
      each(inputs["list"] as string[], (item) => report(`saw ${item}`));
    });
    const inputs = { list: ["a", UNKNOWN, "c"] };
    const verdicts = judgeWith([check]).judgeResource({ ...thing, inputs }, { ...context, phase: "preview" });
    expect(verdicts.map(({ outcome, message }) => [outcome, message])).toEqual([
      ["fail", "saw a"],
      ["unknown", "list[1] is not known yet: judged when it is"],
      ["fail", "saw c"],
    ]);
  });

  it("is not stopped by the unknown values that a rule does not read", () => {
    const check = onResource(type, (inputs, report) => {
      if (inputs["known"] === 1) report("one");
    });
    const inputs = { known: 1, unknown: UNKNOWN, deep: { er: [UNKNOWN] } };
    expect(judgeWith([check]).judgeResource({ ...thing, inputs }, context)).toEqual([
      expect.objectContaining({ message: "one" }),
    ]);
  });

  it("hands a stack rule the siblings and the resource in its newest form", () => {
    const seen: unknown[] = [];
    const judge = judgeWith(
      onStack([type], (resources) => seen.push(...resources.map(({ inputs }) => inputs)), withAll),
    );
    const sibling = { ...thing, urn: urnOf(type, "other"), inputs: { n: 1 } };
    judge.judgeResource(
      { ...thing, inputs: { n: 3 } },
      { ...context, siblings: () => [sibling, { ...thing, inputs: { n: 2 } }] },
    );
    expect(seen).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it.each(["read", "refresh"] as const)("lets a %s pass, which changes nothing", (step) => {
    const judge = judgeWith([onResource(type, (_, report) => report("one"))]);
    expect(judge.judgeResource({ ...thing, step: "import" }, context)).toHaveLength(1);
    expect(judge.judgeResource({ ...thing, step }, context)).toEqual([]);
  });

  it("says nothing of types that no rule reads", () => {
    expect(judgeResource({ ...thing, inputs: { anything: [UNKNOWN] } }, context)).toEqual([]);
  });

  it("asks what is missing of the whole stack only, and where a step touched it", () => {
    const check = onWholeStack([type], (resources, report) => {
      if (resources.length < 2) report(resources, "stands alone", resources.length);
    });
    const judge = judgeWith(check);
    expect(judge.judgeResource(thing, context)).toEqual([]);
    const alone = [expect.objectContaining({ message: "stands alone", figure: 1, urn: thing.urn })];
    expect(judge.judgeWhole([thing], context)).toEqual(alone);
    expect(judge.judgeStack([thing], context)).toEqual(alone);
    expect(judge.judgeWhole([thing], context, new Set([type]))).toEqual(alone);
    expect(judge.judgeWhole([thing], context, new Set(["test:index:Other"]))).toEqual([]);
    expect(judge.judgeWhole([], context)).toEqual([]);
  });
});
