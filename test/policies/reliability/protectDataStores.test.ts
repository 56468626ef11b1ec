import { describe, expect, it } from "vitest";
import {
  type JudgeContext,
  type JudgedResource,
  judgeDeletion,
  judgeResource,
  type Verdict,
} from "../../../policies/index.ts";
import { urnOf } from "../support/ruleFixture.ts";

const type = "aws:dynamodb/table:Table";
const context: JudgeContext = { environment: "production", project: "game", stack: "dev", phase: "up" };
const bare = { inputs: { name: "sessions" }, outputs: { name: "sessions" }, protect: false };
const ofRule = (verdicts: readonly Verdict[]) =>
  verdicts.filter(({ policy }) => policy === "reliability-protect-data-stores");

const store = (old: JudgedResource["old"], over: Partial<JudgedResource> = {}): JudgedResource => ({
  urn: urnOf(type, "sessions"),
  type,
  name: "sessions",
  step: "delete",
  inputs: bare.inputs,
  secrets: [],
  protect: false,
  ...(old && { old }),
  ...over,
});

const protectedTable = { ...bare, inputs: { ...bare.inputs, deletionProtectionEnabled: true } };
const refusal = (message: string) =>
  expect.objectContaining({ policy: "reliability-protect-data-stores", level: "mandatory", outcome: "fail", message });

describe("reliability-protect-data-stores", () => {
  it("lets a store without protection go", () => {
    expect(ofRule(judgeDeletion(store(bare), context))).toEqual([]);
  });

  it.each([
    ["an input of a table", protectedTable, "the store is protected by deletionProtectionEnabled"],
    [
      "an output that the program does not mention",
      { ...bare, outputs: { deletionProtection: true } },
      "the store is protected by deletionProtection",
    ],
    ["the option protect", { ...bare, protect: true }, "the store is protected by the option protect"],
    [
      "a tag",
      { ...bare, inputs: { tags: { "meridian:protected": "true" } } },
      "the store is protected by the tag meridian:protected",
    ],
  ])("refuses the deletion of a store protected by %s", (_, old, message) => {
    expect(ofRule(judgeDeletion(store(old), context))).toEqual([refusal(message)]);
  });

  it("counts a vault of backups as a store", () => {
    const vault = store(
      { ...bare, inputs: { tags: { "meridian:protected": "true" } } },
      { type: "aws:backup/vault:Vault" },
    );
    expect(ofRule(judgeDeletion(vault, context))).toEqual([
      refusal("the store is protected by the tag meridian:protected"),
    ]);
  });

  it("refuses the replacement of a protected store before its successor is made", () => {
    const verdicts = judgeResource(store(protectedTable, { step: "replace" }), context);
    expect(verdicts).toContainEqual(refusal("the store is protected by deletionProtectionEnabled"));
  });

  it("does not mind an update of a protected store, which is how protection is taken off", () => {
    const verdicts = judgeResource(store(protectedTable, { step: "update" }), context);
    expect(verdicts.filter(({ level }) => level === "mandatory")).toEqual([]);
  });

  it("lets a protected store go outside production", () => {
    expect(ofRule(judgeDeletion(store(protectedTable), { ...context, environment: "staging" }))).toEqual([]);
  });

  it("lets a tag that says no pass", () => {
    expect(
      ofRule(judgeDeletion(store({ ...bare, inputs: { tags: { "meridian:protected": "false" } } }), context)),
    ).toEqual([]);
  });

  it("judges stores only", () => {
    const queue = "aws:sqs/queue:Queue";
    expect(
      ofRule(judgeDeletion(store({ ...bare, protect: true }, { type: queue, urn: urnOf(queue, "q") }), context)),
    ).toEqual([]);
  });

  it("throws where the state before is missing, since silence would let the deletion pass", () => {
    expect(() => judgeDeletion(store(undefined), context)).toThrow(TypeError);
  });
});
