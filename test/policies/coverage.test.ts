import { describe, expect, it } from "vitest";
import { coverage } from "../../policies/coverage/index.ts";
import type { Framework } from "../../policies/frameworks.ts";
import { pack } from "../../policies/index.ts";
import { coveragePage, rulesOf } from "../../policies/pages/coveragePage.ts";

const listed = Object.entries(coverage).map(([framework, controls]) => [framework as Framework, controls] as const); // keys of coverage

describe.each(listed)("the coverage of %s", (framework, controls) => {
  it("says of each control which rule holds it, or else why none does", () => {
    const held = (control: string) => rulesOf(pack.rules, framework, control).length > 0;
    expect(controls.filter(({ control, leftOut = "" }) => !held(control) && leftOut === "")).toEqual([]);
    expect(controls.filter(({ control, leftOut }) => held(control) && leftOut !== undefined)).toEqual([]);
  });

  it("lists each control that a rule names, once", () => {
    const named = new Set(pack.rules.flatMap(({ controls: of }) => of[framework] ?? []));
    const there = controls.map(({ control }) => control);
    expect([...named].filter((control) => !there.includes(control))).toEqual([]);
    expect(new Set(there).size).toBe(there.length);
  });
});

it("has a line for each control on its page", () => {
  const lines = coveragePage(pack).split("\n");
  const cells = lines.map((line) => line.split(" | ")[0]?.replace(/^\| /, "").trim());
  for (const [, controls] of listed)
    for (const { control } of controls) expect(cells.filter((cell) => cell === control)).toHaveLength(1);
});
