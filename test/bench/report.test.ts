import { expect, test } from "vitest";
import { fullPlan, quickPlan, readOptions, sectionNames } from "../../bench/plan.ts";
import { isReached, linesOf, type Row } from "../../bench/report.ts";

test("a line shows the median with its spread, and whether the aim was reached", () => {
  const lines = linesOf({
    title: "(x)",
    rows: [
      { what: "ratio", values: [0.3, 0.5, 0.4], unit: "ratio", aim: { bound: "at most", value: 0.35 } },
      { what: "speed", values: [240], unit: "a minute", aim: { bound: "at least", value: 100 } },
    ],
  });
  expect(lines).toEqual([
    "(x)",
    "  ratio    0.40 (0.30 to 0.50, 3 times)  aim at most 0.35: MISSED",
    "  speed     240 a minute (once)  aim at least 100: reached",
  ]);
});

test("each unit has as many digits as it needs", () => {
  const row = (unit: Row["unit"]) => ({ what: "x", values: [1.2345], unit });
  const [, micro, per100] = linesOf({ title: "(x)", rows: [row("µs"), row("ms per 100 resources")] });
  expect(micro).toContain("1.23 µs (once)");
  expect(per100).toContain("1.2 ms per 100 resources (once)");
});

test("an aim is reached on its own side only, the bound itself included", () => {
  expect(isReached({ bound: "at most", value: 2 }, { median: 2 })).toBe(true);
  expect(isReached({ bound: "at most", value: 2 }, { median: 2.01 })).toBe(false);
  expect(isReached({ bound: "at least", value: 2 }, { median: 2 })).toBe(true);
  expect(isReached({ bound: "at least", value: 2 }, { median: 1.99 })).toBe(false);
});

const backend = ["g", "h", "i", "j", "k"];

test("without arguments all is run in full but what the backend alone is measured by, which is asked for", () => {
  const usual = sectionNames.filter((name) => !backend.includes(name));
  expect(readOptions([])).toEqual({ plan: fullPlan, only: usual });
  expect(readOptions(["--backend"])).toEqual({ plan: fullPlan, only: backend });
  expect(readOptions(["--quick"])).toEqual({ plan: quickPlan, only: ["a20", "a150", "b20", "e"] });
});

test("what policy and money cost is part of the usual run, and can be asked for alone", () => {
  expect(readOptions([]).only).toEqual(expect.arrayContaining(["e", "m", "n", "o"]));
  expect(readOptions(["--only", "n,m"])).toEqual({ plan: fullPlan, only: ["m", "n"] });
});

test("--quick and --only are understood together, in either order", () => {
  const asked = { plan: quickPlan, only: ["a20", "f"] };
  expect(readOptions(["--quick", "--only", "f,a20"])).toEqual(asked);
  expect(readOptions(["--only", "a20,f", "--quick"])).toEqual(asked);
});

test.each([["--quik"], ["--only"], ["--only", "a20,z"], ["--only", ""], ["a20"]])(
  "what is not an option is refused: %s %s",
  (...args) => {
    expect(() => readOptions(args)).toThrow("give --quick");
  },
);

test("the full run fits ten minutes and the quick one two, before starting and ending are added", () => {
  const slices = (...args: readonly string[]) => {
    const { plan, only } = readOptions(args);
    return only.reduce((sum, name) => sum + plan.sections[name].sliceMs, 0) / 60_000;
  };
  expect(slices()).toBeLessThan(9);
  expect(slices("--backend")).toBeLessThan(9);
  expect(slices("--quick")).toBeLessThan(2);
});
