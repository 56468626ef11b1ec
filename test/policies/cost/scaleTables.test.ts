import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "cost-scale-tables");
const table = (inputs: object = {}) => known("aws:dynamodb/table:Table", "profiles", { name: "profiles", ...inputs });
const target = (resourceId: unknown) => known("aws:appautoscaling/target:Target", "reads", { resourceId });
const fault = ["profiles: its capacity is provisioned, and nothing scales it"];

it("asks for scaling of provisioned tables, which a table is unless it says otherwise", () => {
  expect(judge([table({ billingMode: "PAY_PER_REQUEST" })])).toEqual([]);
  expect(judge([table()])).toEqual(fault);
  expect(judge([table({ billingMode: "PROVISIONED" })])).toEqual(fault);
  expect(judge([table(), target("table/profiles")])).toEqual([]);
  expect(judge([table(), target("table/ranks")])).toEqual(fault);
});

it("waits for what is not known yet", () => {
  expect(judge([table({ billingMode: UNKNOWN })])).toEqual(["profiles: unknown"]);
  expect(judge([table(), target(UNKNOWN)])).toEqual(["reads: unknown"]);
});
