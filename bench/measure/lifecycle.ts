import type { Safety } from "../baseline/baseline.ts";
import type { Ground } from "../ground.ts";
import type { MeasuredInputs } from "../program/measuredInputs.ts";
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
  return costed(spent, lifeOf(meridian.rest, `life-${resources}`, resources));
}

export function lifeThroughBaseline({ baseline }: Ground, safety: Safety, resources: number): Contender<CostedLife> {
  const spent = () => cpuSecondsOf(processTree(baseline.pid));
  return costed(spent, lifeOf(baseline.as(safety), `${safety}-${resources}`, resources));
}

/** Whatever makes, changes and removes a stack. */
export interface StackMaker {
  create(name: string, inputs: MeasuredInputs): Promise<unknown>;
  change(name: string, inputs: MeasuredInputs): Promise<unknown>;
  destroy(name: string): Promise<unknown>;
}

export function lifeOf(maker: StackMaker, prefix: string, resources: number): Contender<Life> {
  return async (round) => {
    const name = `${prefix}-${round}`;
    return {
      create: await timed(() => maker.create(name, { resources, generation: 1 })),
      change: await timed(() => maker.change(name, { resources, generation: 2 })),
      destroy: await timed(() => maker.destroy(name)),
    };
  };
}

/** `who` keeps the stacks of two such contenders on one service apart. */
export function lifeByStockCli(project: StockProject, resources: number, who = "cli"): Contender<Life> {
  return lifeOf(project, `${who}-${resources}`, resources);
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
