import { z } from "zod";
import { startAnalyzer } from "../../runner/analyzerProcess.ts";
import { POLICY_PACK } from "../baseline/baseline.ts";
import type { Ground } from "../ground.ts";
import { prepareWarmPreviews } from "../judgement/warmPreviews.ts";
import { forkAndWait } from "../measure/childProcess.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { pairedDifferences, pairedRatios } from "../measure/spread.ts";
import { timed } from "../measure/timed.ts";
import type { Row, Section } from "../report.ts";

const PACK_AIM = { bound: "at most", value: 1.2 } as const;
const listening = z.object({ port: z.int() });

export interface JudgedSizes {
  /** Resources of the creates through the gate. */
  readonly gate: number;
  /** Resources of the previews with the pack. */
  readonly pack: number;
}

/**
 * (e) What judging costs: the gate on and off in a whole create, and the pack in a preview beside an analyzer that answers nothing. What
 * the gate itself adds is less than two creates differ by, and is measured by (n).
 */
export async function judgement(ground: Ground, { gate, pack }: JudgedSizes, rounds: Rounds): Promise<Section> {
  const halfway = { ...rounds, until: (performance.now() + rounds.until) / 2 };
  return {
    title: `(e) judgement, creates of ${gate} resources, previews of ${pack}`,
    rows: [...(await gateRows(ground, gate, halfway)), ...(await packRows(ground, pack, rounds))],
  };
}

async function gateRows({ meridian }: Ground, resources: number, rounds: Rounds): Promise<readonly Row[]> {
  const waited: number[] = [];
  const create = (on: boolean, who: string) => async (round: number) => {
    const name = `gate-${who}-${round}`;
    await meridian.turnGate(on);
    const took = await timed(() => meridian.rest.create(name, { resources, generation: 1 }));
    const cost = await meridian.gateCost();
    if (on) waited.push((cost.ms * 100) / resources);
    await meridian.turnGate(true);
    await meridian.rest.destroy(name);
    return took;
  };
  const contenders = { on: create(true, "on"), off: create(false, "off"), again: create(false, "again") };
  const creates = await inTurn(contenders, rounds);
  const per100 = (one: readonly number[], other: readonly number[]) =>
    pairedDifferences(one, other).map((ms) => (ms * 100) / resources);
  return [
    { what: "gate on - off, of a create", unit: "ms per 100 resources", values: per100(creates.on, creates.off) },
    { what: "- the noise: off - off", unit: "ms per 100 resources", values: per100(creates.again, creates.off) },
    { what: "- waiting for the gate's judgements", unit: "ms per 100 resources", values: waited },
    { what: "- create, gate on", unit: "ms", values: creates.on },
    { what: "- create, gate off", unit: "ms", values: creates.off },
  ];
}

async function packRows(ground: Ground, resources: number, rounds: Rounds): Promise<readonly Row[]> {
  const { PATH = "", HOME = "" } = process.env;
  const silent = await forkAndWait({
    module: new URL("../judgement/silentAnalyzer.ts", import.meta.url),
    env: { PATH },
  });
  const pack = startAnalyzer({ policyPack: POLICY_PACK, env: { PATH, HOME } });
  const previews = await prepareWarmPreviews(ground);
  try {
    const floor = listening.parse(silent.first).port;
    const warm = await pack.port;
    await previews.preview(resources, warm);
    const measured = await inTurn(
      {
        pack: () => previews.preview(resources, warm),
        floor: () => previews.preview(resources, floor),
        none: () => previews.preview(resources, undefined),
      },
      rounds,
    );
    const row = (what: string, values: readonly number[]): Row => ({ what, unit: "ms", values });
    return [
      {
        what: "preview with the pack / with a silent analyzer",
        unit: "ratio",
        values: pairedRatios(measured.pack, measured.floor),
        aim: PACK_AIM,
      },
      row("- preview's engine, pack", measured.pack),
      row("- preview's engine, silent analyzer", measured.floor),
      row("- preview's engine, no analyzer", measured.none),
      row("- pack - silent analyzer", pairedDifferences(measured.pack, measured.floor)),
      row("- silent analyzer - none", pairedDifferences(measured.floor, measured.none)),
    ];
  } finally {
    await previews.close();
    pack.retire();
    await pack.gone;
    await silent.end();
  }
}
