import { expect, it } from "vitest";
import { judgeResource, pack } from "../../policies/index.ts";
import { corpora } from "./fixtures/corpus.ts";

/** The gate judges every step of every client. Some 0.5 µs were measured; the limit is for a busy machine. */
const limitMicroseconds = 5;
const runs = 50;
const rounds = 3;

const rulesOn = (type: string): number =>
  pack.rules.filter(({ check }) => ("on" in check ? [check] : check).some(({ types }) => types.includes(type))).length;

it("judges a known resource in a few microseconds a rule, by the median", () => {
  const times = corpora.flatMap(({ context, resources }) =>
    resources.map((known) => {
      const resource = { ...known, step: "create", secrets: [], protect: false } as const;
      const round = (): number => {
        const start = performance.now();
        for (let run = 0; run < runs; run += 1) judgeResource(resource, context);
        return ((performance.now() - start) * 1000) / runs / rulesOn(known.type);
      };
      return Math.min(...Array.from({ length: rounds }, round));
    }),
  );
  expect(times.toSorted((left, right) => left - right)[Math.floor(times.length / 2)]).toBeLessThan(limitMicroseconds);
});
