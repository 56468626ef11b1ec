import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { unexplained, unusedExplanations } from "./explainedDifferences.ts";
import { configJourney } from "./journeys/configJourney.ts";
import { stackJourney } from "./journeys/stackJourney.ts";
import { stateJourney } from "./journeys/stateJourney.ts";
import { referenceJourney, updateJourney } from "./journeys/updateJourney.ts";
import { canonicalText } from "./support/canonicalText.ts";
import { type Journey, type Step, subcommandOf } from "./support/journey.ts";
import { startTwoBackends, type TwoBackends } from "./support/twoBackends.ts";

/** Some fifty processes one after another, each on both backends: a minute on two free cores, many where others share them. */
vi.setConfig({ testTimeout: 900_000 });

const journeys = [stackJourney, configJourney, stateJourney, updateJourney, referenceJourney];

const ended = new Set<string>();

let two: TwoBackends;
beforeEach(async () => {
  two = await startTwoBackends();
});
afterEach(() => two.close());

async function compare(step: Step): Promise<void> {
  if (step.program !== undefined) await two.program(step.program);
  if (step.file !== undefined) await two.write(...step.file);
  const results = await two.run(step.run.split(" "), step.env);
  const shown = `pulumi ${step.run}\nfile: ${results.file.output}\nmeridian: ${results.meridian.output}`;
  const exit = step.exit ?? 0;
  expect
    .soft({ file: results.file.code, meridian: results.meridian.code }, shown)
    .toEqual({ file: exit, meridian: exit });
  const states = await two.states();
  expect.soft(states.meridian, shown).toEqual(states.file);
  const settings = await two.settings();
  expect.soft(settings.meridian, shown).toEqual(settings.file);
  if (step.unsteady !== undefined) return;
  const [file, meridian] = [canonicalText(results.file.output), canonicalText(results.meridian.output)];
  expect.soft(unexplained(step.run, { file, meridian }), shown).toEqual([]);
}

describe("with files and with Meridian, a stock CLI ends the same, leaves the same and says the same:", () => {
  test.each(journeys)("$name", async ({ name, steps }: Journey) => {
    for (const step of steps) await compare(typeof step === "string" ? { run: step } : step);
    ended.add(name);
  });
});

test("at least 40 subcommands are compared", () => {
  const compared = new Set(journeys.flatMap(({ steps }) => steps.map(subcommandOf)));
  expect(compared.size, [...compared].toSorted().join(", ")).toBeGreaterThanOrEqual(40);
});

afterAll(() => {
  if (ended.size === journeys.length) expect(unusedExplanations()).toEqual([]);
});
