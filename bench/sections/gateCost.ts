import { regoFolder } from "../../test/support/packArtefact.ts";
import type { Ground } from "../ground.ts";
import { replayUp } from "../judgement/journalReplay.ts";
import { recordBlueprints } from "../judgement/recording.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { pairedDifferences } from "../measure/spread.ts";
import type { Row, Section } from "../report.ts";
import type { Meridian } from "../service/meridian.ts";

const BLUEPRINT = "game-servers";
const AIM = { bound: "at most", value: 20 } as const;
const PACK = { pack: "studio-rego", version: "1.0.0" } as const;

/**
 * (n) What the gate with the whole pack adds to an up, told apart from noise: the journal of an up is sent without an engine, with the gate
 * on, off, and off once more. Beside it what a budget and a pack of Rego cost on top.
 */
export async function gateCost({ meridian }: Ground, rounds: Rounds): Promise<Section> {
  const recorded = (await recordBlueprints()).find(({ blueprint }) => blueprint === BLUEPRINT)?.resources ?? [];
  const archive = regoFolder().archive.toString("base64");
  await meridian.rest.call("POST", "/v1/policy-packs", { archive });
  const replay = (who: string, { on = true, prepare = nothing }: Contending = {}) => {
    return async (round: number): Promise<number> => {
      const stackSet = `${who}-${round}`;
      await prepare(meridian, stackSet);
      await meridian.turnGate(on);
      const took = await replayUp(meridian, stackSet, recorded);
      await meridian.turnGate(true);
      return (took * 100) / recorded.length;
    };
  };
  const contenders = {
    off: replay("off", { on: false }),
    on: replay("on"),
    again: replay("again", { on: false }),
    budget: replay("budget", { prepare: giveBudget }),
    own: replay("own", { prepare: assignPack }),
  };
  await inTurn(contenders, { rounds: 1, until: rounds.until }); // compiles, and loads the pack of Rego
  const measured = await inTurn(again(contenders), rounds);
  const row = (what: string, values: readonly number[]) => ({ what, unit: "ms per 100 resources", values }) as const;
  return {
    title: `(n) the journal of an up of ${BLUEPRINT}, ${recorded.length} resources, without an engine`,
    rows: [
      { ...row("gate on - off", pairedDifferences(measured.on, measured.off)), aim: AIM },
      row("- the noise: off - off", pairedDifferences(measured.again, measured.off)),
      row("a budget - none", pairedDifferences(measured.budget, measured.on)),
      row("a pack of Rego - none", pairedDifferences(measured.own, measured.on)),
      row("- gate on", measured.on),
      row("- gate off", measured.off),
    ] satisfies readonly Row[],
  };
}

interface Contending {
  readonly on?: boolean;
  /** Before the time is taken. */
  readonly prepare?: Prepare;
}

type Prepare = (meridian: Meridian, stackSet: string) => Promise<unknown>;

const nothing = async (): Promise<void> => undefined;

const giveBudget: Prepare = ({ rest }, stackSet) =>
  rest.call("POST", "/v1/budgets", { team: "default", stackSet, amount: { amount: "10000000", currency: "USD" } });

/** It stops nothing. */
const assignPack: Prepare = ({ rest }, stackSet) =>
  rest.call("POST", "/v1/pack-assignments", { ...PACK, team: "default", stackSet, level: "advisory" });

/** The round that has been is none of these: each stack set is made once. */
function again<Name extends string>(contenders: Readonly<Record<Name, (round: number) => Promise<number>>>) {
  const later = Object.entries<(round: number) => Promise<number>>(contenders).map(
    ([name, run]) => [name, (round: number) => run(round + 1)] as const,
  );
  return Object.fromEntries(later) as typeof contenders; // of the same names
}
