import type { Safety } from "../baseline/baseline.ts";
import type { Ground } from "../ground.ts";
import type { Row } from "../report.ts";
import type { StockProject } from "../stock/stockProject.ts";
import type { Contender } from "./inTurn.ts";
import { cpuSecondsOf, processTree, without } from "./processTree.ts";
import { timed } from "./timed.ts";

/** Milliseconds of each part of a stack's life. */
export interface Life {
  readonly create: number;
  readonly change: number;
  readonly destroy: number;
}

/** With the seconds that the processors worked for it: a figure that a busy machine hardly moves. */
export interface CostedLife extends Life {
  readonly cpuSeconds: number;
}

export const wholeOf = ({ create, change, destroy }: Life): number => create + change + destroy;

/** Control process, runners, engines and PostgreSQL; the cloud is nobody's cost. */
export function lifeThroughService({ meridian }: Ground, resources: number): Contender<CostedLife> {
  const spent = () => cpuSecondsOf(without(processTree(meridian.pid), /sandbox\/main\.ts/));
  return costed(spent, async (round) => {
    const name = `life-${resources}-${round}`;
    return {
      create: await timed(() => meridian.rest.create(name, { resources, generation: 1 })),
      change: await timed(() => meridian.rest.change(name, { resources, generation: 2 })),
      destroy: await timed(() => meridian.rest.destroy(name)),
    };
  });
}

export function lifeThroughBaseline({ baseline }: Ground, safety: Safety, resources: number): Contender<CostedLife> {
  const spent = () => cpuSecondsOf(processTree(baseline.pid));
  return costed(spent, async (round) => {
    const name = `${safety}-${resources}-${round}`;
    return {
      create: await timed(() => baseline.create(name, { resources, generation: 1 }, safety)),
      change: await timed(() => baseline.change(name, { resources, generation: 2 }, safety)),
      destroy: await timed(() => baseline.destroy(name)),
    };
  });
}

/** `who` keeps the stacks of two such contenders on one service apart. */
export function lifeByStockCli(project: StockProject, resources: number, who = "cli"): Contender<Life> {
  return async (round) => {
    const stack = `${who}-${resources}-${round}`;
    return {
      create: await timed(() => project.create(stack, { resources, generation: 1 })),
      change: await timed(() => project.change(stack, { resources, generation: 2 })),
      destroy: await timed(() => project.destroy(stack)),
    };
  };
}

function costed(spent: () => number, contender: Contender<Life>): Contender<CostedLife> {
  return async (round) => {
    const before = spent();
    const life = await contender(round);
    return { ...life, cpuSeconds: spent() - before };
  };
}

/** A row for the whole and one for each part. */
export function rowsOf(who: string, lives: readonly Life[]): readonly Row[] {
  const row = (what: string, value: (life: Life) => number): Row => ({
    what,
    unit: "s",
    values: lives.map((life) => value(life) / 1_000),
  });
  return [
    row(who, wholeOf),
    ...(["create", "change", "destroy"] as const).map((part) => row(`- ${part}`, (life) => life[part])),
  ];
}
