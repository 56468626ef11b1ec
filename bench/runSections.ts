import type { Ground } from "./ground.ts";
import type { Rounds } from "./measure/inTurn.ts";
import { type Options, type SectionName, sectionNames } from "./plan.ts";
import type { Section } from "./report.ts";
import { blueprints } from "./sections/blueprints.ts";
import { byStockCli } from "./sections/byStockCli.ts";
import { coldGate } from "./sections/coldGate.ts";
import { enginePhase } from "./sections/enginePhase.ts";
import { farAway } from "./sections/farAway.ts";
import { gateCost } from "./sections/gateCost.ts";
import { growth } from "./sections/growth.ts";
import { heavyProviders } from "./sections/heavyProviders.ts";
import { judgement } from "./sections/judgement.ts";
import { large } from "./sections/large.ts";
import { memory } from "./sections/memory.ts";
import { outputs } from "./sections/outputs.ts";
import { ruleCost } from "./sections/ruleCost.ts";
import { throughput } from "./sections/throughput.ts";
import { throughRest } from "./sections/throughRest.ts";

const SMALL = 20;
/** For what is told apart by many rounds. */
const GATED = 50;
const MEDIUM = 150;
const LARGE = 400;
const SMALL_AIMS = { plain: 0.35, equallySafe: 0.25, create: 0.25, processor: 0.3 } as const;

const sections: Readonly<Record<SectionName, (ground: Ground, rounds: Rounds) => Promise<Section>>> = {
  a20: (ground, rounds) => throughRest(ground, SMALL, { ...rounds, aims: SMALL_AIMS }),
  a150: (ground, rounds) => throughRest(ground, MEDIUM, { ...rounds, aims: { plain: 0.6, equallySafe: 0.45 } }),
  b20: (ground, rounds) => byStockCli(ground, SMALL, rounds),
  b150: (ground, rounds) => byStockCli(ground, MEDIUM, rounds),
  c: (ground, rounds) => throughput(ground, rounds),
  d: (ground, rounds) => memory(ground, [SMALL, MEDIUM], rounds),
  e: (ground, rounds) => judgement(ground, { gate: GATED, pack: MEDIUM }, rounds),
  f: (ground, rounds) => large(ground, LARGE, rounds),
  g: (ground, rounds) => enginePhase(ground, LARGE, rounds),
  h: (ground, rounds) => growth(ground, rounds),
  i: (ground, rounds) => outputs(ground, SMALL, rounds),
  j: (ground, rounds) => farAway(ground, SMALL, rounds),
  k: (ground, rounds) => heavyProviders(ground, SMALL, rounds),
  l: (_ground, rounds) => blueprints(rounds),
  m: (_ground, rounds) => ruleCost(rounds),
  n: (ground, rounds) => gateCost(ground, rounds),
  o: (ground, rounds) => coldGate(ground, SMALL, rounds),
};

export type Outcome =
  | { readonly name: SectionName; readonly section: Section }
  | { readonly name: SectionName; readonly skipped: string };

/**
 * Runs what was asked for, one section after another, and yields each as it ends. A section for which no time is left is
 * skipped; one that fails is reported and does not keep the others from running.
 */
export async function* runSections(ground: Ground, { plan, only }: Options): AsyncGenerator<Outcome> {
  const end = performance.now() + plan.totalMs;
  for (const name of sectionNames.filter((each) => only.includes(each))) {
    if (performance.now() >= end) {
      yield { name, skipped: "no time was left for it" };
      continue;
    }
    const { rounds, sliceMs } = plan.sections[name];
    const until = Math.min(performance.now() + sliceMs, end);
    yield await sections[name](ground, { rounds, until }).then(
      (section) => ({ name, section }),
      (error: unknown) => ({ name, skipped: error instanceof Error ? error.message : String(error) }),
    );
  }
}
