import type { Caller } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";
import type { CloudListing, ReadResource } from "../inventory/cloudListing.ts";
import { type SettlementWay, settling } from "./divergence.ts";
import { type DivergenceRecord, markSettled } from "./divergenceStore.ts";
import { type EditedState, type Settlement, settledState } from "./settledState.ts";

interface OwnedStack {
  readonly id: string;
  readonly team: string;
  readonly region: string | undefined;
}

interface StackToMake {
  readonly team: string;
  readonly project: string;
  readonly name: string;
}

export interface SettleDeps {
  readonly clock: Clock;
  readonly findStack: (tx: Tx, id: string) => Promise<OwnedStack | undefined>;
  /** Makes the stack that a URN names, bound as its name says; finds it when it is there. */
  readonly makeStack: (tx: Tx, stack: StackToMake) => Promise<OwnedStack>;
  readonly recordState: (
    tx: Tx,
    record: {
      readonly stackId: string;
      readonly caller: Caller;
      readonly message: string;
      readonly edit: <T extends EditedState>(state: T) => T;
    },
  ) => Promise<void>;
  /** The listing that gave the divergences' handles. */
  readonly listing: CloudListing | undefined;
}

export interface Settle {
  readonly caller: Caller;
  readonly way: SettlementWay;
  /** Whose it shall be, where that cannot be told. */
  readonly team: string | undefined;
}

/** Settles divergences of one stack: its state, and what is noted of them, in the caller's transaction. */
export function createSettle(deps: SettleDeps) {
  return async function settle(tx: Tx, divergences: readonly DivergenceRecord[], how: Settle): Promise<void> {
    const [first] = divergences;
    if (first === undefined) return;
    const { caller, way } = how;
    const changes: Settlement[] = [];
    if (way === "forget") await requireGone(divergences);
    for (const divergence of divergences) changes.push(...(await settlementOf(divergence, way)));
    const stack = changes.length === 0 ? undefined : await stackOf(tx, first, how);
    if (stack !== undefined) {
      await deps.recordState(tx, {
        stackId: stack.id,
        caller,
        message: `recovery: ${way} ${divergences.length}`,
        edit: (state) => settledState(state, changes, stack.region),
      });
    }
    const settled = { by: caller.name, at: deps.clock.now(), stackId: stack?.id, team: stack?.team };
    const status = way === "adopt" ? "adopted" : "forgotten";
    await markSettled(
      tx,
      divergences.map(({ id }) => id),
      { ...settled, status },
    );
  };

  async function settlementOf(divergence: DivergenceRecord, way: SettlementWay): Promise<readonly Settlement[]> {
    const { kind, urn, cloudId } = divergence;
    if (settling[kind][way] === undefined) throw meaningless(divergence, way);
    if (way === "forget") {
      if (kind === "in-state") return [{ kind: "take-out", urn, id: cloudId }];
      return kind === "never-made" ? [{ kind: "clear-pending", urn }] : [];
    }
    const found = await read(divergence);
    return [{ kind: kind === "changed" ? "take-over" : "bring-in", found }];
  }

  /** What came to stand after it was listed, as a call that was under way then, must not be forgotten. */
  async function requireGone(divergences: readonly DivergenceRecord[]): Promise<void> {
    const gone = divergences.filter(({ kind }) => kind === "in-state" || kind === "never-made");
    const [first] = gone;
    if (first === undefined || deps.listing === undefined) return;
    const standing = await deps.listing.ofStack({ project: first.project, name: first.stack });
    const back = gone.find(({ urn, kind, cloudId }) =>
      standing.some((each) => each.urn === urn && (kind === "never-made" || each.id === cloudId)),
    );
    if (back !== undefined) throw changedMeanwhile(`${back.urn} stands in the cloud now`);
  }

  /** As it is now, which may be another than when it was listed. */
  async function read({ handle, urn, cloudId }: DivergenceRecord): Promise<ReadResource> {
    const found = handle === undefined ? undefined : await deps.listing?.read(handle);
    if (found?.id === cloudId) return found;
    throw changedMeanwhile(`${urn} (${cloudId}) is not in the cloud any more`);
  }

  async function stackOf(tx: Tx, divergence: DivergenceRecord, { team }: Settle): Promise<OwnedStack> {
    const { stackId, project, stack: name } = divergence;
    const found = stackId === undefined ? undefined : await deps.findStack(tx, stackId);
    if (found !== undefined) return found;
    const owner = divergence.team ?? team;
    if (owner !== undefined) return deps.makeStack(tx, { team: owner, project, name });
    throw new Problem(
      "invalid-request",
      `Whose the stack ${project}/${name} is cannot be told from the cloud: say ?team=<team>.`,
    );
  }
}

const changedMeanwhile = (what: string): Problem =>
  new Problem("invalid-transition", `${what}. List the divergences again: POST /v1/quarantine/listing.`);

function meaningless({ id, kind, urn }: DivergenceRecord, way: SettlementWay): Problem {
  const other = way === "adopt" ? "forget" : "adopt";
  const detail = `The divergence ${id} is "${kind}": there is nothing of ${urn} to ${way}. Use ${other}.`;
  return new Problem("invalid-transition", detail, { facts: { kind } });
}
