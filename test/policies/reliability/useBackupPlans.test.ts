import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "reliability-use-backup-plans");
const plan = known("aws:backup/plan:Plan", "nightly", { name: "nightly" });
const selection = (planId: unknown) => known("aws:backup/selection:Selection", "selection", { planId });

it("asks for a selection of each plan", () => {
  expect(judge([plan])).toEqual(["nightly: no selection names the plan"]);
  expect(judge([plan, selection("nightly-id")])).toEqual([]);
  expect(judge([plan, selection("another-id")])).toEqual(["nightly: no selection names the plan"]);
  expect(judge([plan, selection(UNKNOWN)])).toEqual(["selection: unknown"]);
});
