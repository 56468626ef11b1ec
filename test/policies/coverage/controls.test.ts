import { describe, expect, it } from "vitest";
import { cisControls } from "../../../policies/coverage/cis.ts";
import { fsbpControls } from "../../../policies/coverage/fsbp.ts";

describe.each([
  ["CIS", cisControls],
  ["FSBP", fsbpControls],
])("the controls of %s", (_, controls) => {
  it("are each listed once", () => {
    const numbers = controls.map(({ control }) => control);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });
});
