import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import { type StateAudit, subjectOf, theService } from "../audit.ts";
import { outputsOf, resourceCountOf } from "../deployments/readOutputs.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import { opener } from "../judgement/stepJudge.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { StackSpending } from "../spending/stackSpending.ts";
import { changeStack, findStackById, lockStack } from "../stacks/stackStore.ts";
import type { TakeOver } from "../stacks/takeOver.ts";
import { datedSuspects } from "../updates/updateEnding.ts";
import { changeUpdate, insertUpdate } from "../updates/updateStore.ts";
import { type PendingCreate, pendingCreatesOf } from "./pendingCreate.ts";
import { type Settlement, settleDeployment } from "./settleDeployment.ts";

export interface PendingCreates {
  /** The version of the state that they stand in. */
  readonly version: number;
  readonly creates: readonly PendingCreate[];
}

export interface SettleRequest {
  readonly stackId: string;
  /** The version that was looked at. */
  readonly version: number;
  readonly settlements: readonly Settlement[];
  /** The operation that goes on afterwards, if one does. */
  readonly operation: string | undefined;
}

/** `changed`: the state is another than was looked at. `homeless`: what an adopted resource depends on is gone from the state. */
export type SettleOutcome = "settled" | "changed" | "homeless";

export interface PendingCreateService {
  /** With secrets opened: not to be shown, logged or kept. */
  readPendingCreates(stackId: string): Promise<PendingCreates>;
  /**
   * Writes what became of them as the next version of the state. No gate judges it: each of these creates was judged when it
   * began, and one that was refused is not among them.
   *
   * @throws Problem `stack-locked` while an update holds the stack
   */
  settlePendingCreates(request: SettleRequest): Promise<SettleOutcome>;
}

interface Deps {
  readonly database: OpenDatabase;
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly takeOver: TakeOver;
  readonly audit: StateAudit;
  readonly spending: Pick<StackSpending, "commit">;
  readonly clock: Clock;
  readonly logger: Logger;
}

const request = { config: {}, message: "settle pending creates", environment: {} };

export function createPendingCreateService(deps: Deps): PendingCreateService {
  const { database, archive, sealing, takeOver, audit, spending, clock, logger } = deps;

  async function settle(tx: Tx, asked: SettleRequest): Promise<SettleOutcome> {
    const locked = await lockStack(tx, asked.stackId);
    if (locked === undefined) return "changed";
    const stack = await takeOver(tx, locked);
    if (stack.version !== asked.version) return "changed";
    const settled = settleDeployment(await archive.checkpoint(tx, stack.id, stack.version), asked.settlements);
    if (settled === undefined) return "homeless";
    const version = stack.version + 1;
    const { operation } = asked;
    const by = {
      kind: "refresh",
      dryRun: false,
      door: "service",
      actor: theService.id, // nobody asked for it by name
      requestedBy: theService.name,
      request,
    } as const;
    const update = await insertUpdate(tx, { ...by, stackId: stack.id, operation });
    const now = clock.now();
    await changeUpdate(tx, update, { status: "succeeded", version, startedAt: now, finishedAt: now });
    await archive.saveCheckpoint(tx, { stackId: stack.id, version }, settled);
    const { deployment } = settled;
    const state = { outputs: outputsOf(deployment), resourceCount: resourceCountOf(deployment) };
    const suspects = datedSuspects(deployment, stack.suspects, undefined);
    await changeStack(tx, stack.id, { version, suspects, ...state });
    await spending.commit(tx, stack, { updateId: update, deployment });
    const done = { caller: theService, action: "state.settle", subject: subjectOf(stack), outcome: "done" } as const;
    await audit.record(tx, {
      ...done,
      team: stack.team,
      details: { update, version, ...(operation && { operation }) },
    });
    const adopted = asked.settlements.filter(({ id }) => id !== undefined).length;
    logger.info(
      { stack: stack.id, version, adopted, neverMade: asked.settlements.length - adopted, left: suspects.length },
      "pending creates settled",
    );
    return "settled";
  }

  return {
    async readPendingCreates(stackId) {
      const stack = await findStackById(database.db, stackId);
      if (stack === undefined || stack.suspects.length === 0) return { version: 0, creates: [] };
      const { deployment } = await archive.checkpoint(database.db, stackId, stack.version);
      const creates = pendingCreatesOf(deployment, stack.suspects, opener(sealing, stackId));
      return { version: stack.version, creates };
    },
    settlePendingCreates: (asked) => database.db.transaction().execute((tx) => settle(tx, asked)),
  };
}
