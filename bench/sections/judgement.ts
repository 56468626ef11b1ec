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

const GATE_AIM = { bound: "at most", value: 20 } as const;
const listening = z.object({ port: z.int() });

/** (e) What judging costs: the gate on and off, and the pack in a preview beside an analyzer that answers nothing. */
export async function judgement(ground: Ground, resources: number, rounds: Rounds): Promise<Section> {
  const halfway = { ...rounds, until: (performance.now() + rounds.until) / 2 };
  return {
    title: `(e) judgement, ${resources} resources`,
    rows: [...(await gateRows(ground, resources, halfway)), ...(await packRows(ground, resources, rounds))],
  };
}

async function gateRows({ meridian }: Ground, resources: number, rounds: Rounds): Promise<readonly Row[]> {
  const waited: number[] = [];
  const create = (on: boolean) => async (round: number) => {
    const name = `gate-${on ? "on" : "off"}-${round}`;
    await meridian.turnGate(on);
    const took = await timed(() => meridian.rest.create(name, { resources, generation: 1 }));
    const cost = await meridian.gateCost();
    if (on) waited.push((cost.ms * 100) / resources);
    await meridian.turnGate(true);
    await meridian.rest.destroy(name);
    return took;
  };
  const creates = await inTurn({ on: create(true), off: create(false) }, rounds);
  const per100 = pairedDifferences(creates.on, creates.off).map((ms) => (ms * 100) / resources);
  return [
    { what: "gate on - off, of a create", unit: "ms per 100 resources", values: per100, aim: GATE_AIM },
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
