import { expect, it } from "vitest";
import { type JudgeContext, judgeResource, type KnownResource, pack } from "../../policies/index.ts";
import { corpora } from "./fixtures/corpus.ts";
import { securityFixtures } from "./fixtures/security/index.ts";
import { contextFor, judged } from "./support/ruleFixture.ts";

/** The gate judges every step of every client. Some 0.9 µs were measured on average; the limits are for a busy machine. */
const limits = { median: 5, mean: 10 };
const runs = 40;
const rounds = 3;

const rulesOn = (type: string): number =>
  pack.rules.filter(({ check }) => ("on" in check ? [check] : check).some(({ types }) => types.includes(type))).length;

/** Microseconds for each rule. A gate sees each resource once, so that nothing remembered of its inputs may help. */
function timeOf(known: KnownResource, context: JudgeContext): number {
  const round = (): number => {
    const fresh = Array.from({ length: runs }, () => ({
      ...known,
      ...({ step: "create", secrets: [], protect: false } as const),
      inputs: structuredClone(known.inputs),
    }));
    const start = performance.now();
    for (const resource of fresh) judgeResource(resource, context);
    return ((performance.now() - start) * 1000) / runs / rulesOn(known.type);
  };
  return Math.min(...Array.from({ length: rounds }, round));
}

it("judges a known resource in a few microseconds a rule", () => {
  const times = [
    ...corpora.flatMap(({ context, resources }) => resources.map((known) => timeOf(known, context))),
    ...securityFixtures.map((fixture) => timeOf(judged(fixture), contextFor(fixture))),
  ].toSorted((left, right) => left - right);
  expect(times[Math.floor(times.length / 2)]).toBeLessThan(limits.median);
  expect(times.reduce((sum, time) => sum + time, 0) / times.length).toBeLessThan(limits.mean);
});
