import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import type { StepContext } from "../../gate/index.ts";
import type { Deployment } from "../deployments/deployment.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import { type StackRecord, stepContextOf } from "../stacks/stackRecord.ts";
import { findStackById } from "../stacks/stackStore.ts";
import type { Placements } from "../updates/heldUpdates.ts";
import { operationUpdate, type UpdateListener } from "../updates/updateListener.ts";
import { type UpdateRecord, workOf } from "../updates/updateRecord.ts";
import { findUpdate } from "../updates/updateStore.ts";
import { type DecidedStep, type DecisionLedger, verdictsOf } from "./decisionLedger.ts";
import type { EndJudge } from "./endJudge.ts";
import { type Exemptions, leaningOf, whileExemptionsEnd } from "./leaning.ts";
import { insertOwed, type OwedJudgement, owedOf, removeOwed, takeAbandoned } from "./owedJudgementStore.ts";
import { recordVerdicts } from "./verdictStore.ts";

interface OwedDeps {
  readonly database: OpenDatabase;
  readonly archive: StateArchive;
  readonly endJudge: EndJudge;
  readonly placements: Placements;
  readonly exemptions: Pick<Exemptions, "use">;
  readonly listener: UpdateListener;
  readonly ledger: DecisionLedger;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An update that has ended, with the state that it has come to. */
interface Ended {
  readonly update: UpdateRecord;
  readonly stack: StackRecord;
  readonly deployment: Deployment;
}

/**
 * What the states that updates have come to leave missing. They are judged when all that an update has locked is free, since a pack of a
 * team's own may take its time. So that nothing is lost in between, the transaction that ends the update writes down that its end is
 * owed a judgement, and the one that puts the judgement down removes that: it is put down once, whoever judges, and however often.
 */
export interface OwedJudgements {
  /** @returns whether any rule looks at such a state, so that something is owed */
  owe(tx: Tx, ended: Ended): Promise<boolean>;
  /** For who answers the client of the update. What cannot be judged now is left to `settleAbandoned`. */
  settleEnd(ended: Ended, context: StepContext): Promise<void>;
  /** For who answers a client that asks again, since it was not told that its update has ended. */
  settleUpdate(updateId: string): Promise<void>;
  /** What ends of a stack's updates are owed, before the next begins: its findings follow the order of its states. */
  settleStack(stackId: string): Promise<void>;
  /** One look at what dead processes left behind. @returns how many judgements were taken on */
  settleAbandoned(): Promise<number>;
}

/** Who has not judged after so long is taken for dead; one who lives all the same judges for nothing. */
const TAKEN_MS = 30_000;
const MOST_AT_ONCE = 20;

export function createOwedJudgements(deps: OwedDeps): OwedJudgements {
  const { database, archive, endJudge, placements, exemptions, listener, ledger, clock, logger } = deps;
  const { db } = database;
  const takenUntil = (now: Date): Date => new Date(now.getTime() + TAKEN_MS);

  /** Told is only who asks: an operation whose process died may have ended, and after its end it has no events. */
  async function putDown(tx: Tx, { update, stack }: Ended, atEnd: readonly DecidedStep[], told: boolean) {
    // The stack before what belongs to it, as who removes a stack takes them.
    const there = tx.selectFrom("stacks").select("version").where("id", "=", stack.id).forKeyShare();
    const present = await there.executeTakeFirst();
    if (present === undefined || !(await removeOwed(tx, update.id))) return;
    const late = verdictsOf(atEnd);
    // What lets the whole stack through has been used by the update that brought it there.
    await exemptions.use(tx, leaningOf(update, stack, late));
    await recordVerdicts(tx, update, late);
    const about = { stack, update: update.id, operation: update.operation, phase: "up" } as const;
    await ledger.record(tx, { ...about, steps: atEnd });
    if (present.version !== update.version) {
      const { deployment } = await archive.checkpoint(tx, stack.id, present.version);
      await ledger.stateReached(tx, stack.id, deployment.resources ?? []);
    }
    const operation = operationUpdate(update, stack);
    if (told && operation !== undefined && late.length > 0) await listener.verdictsGiven(tx, operation, late);
  }

  async function judge(ended: Ended, context: StepContext, told: boolean): Promise<void> {
    await whileExemptionsEnd(async () => {
      const atEnd = await endJudge.judge({ stack: ended.stack, context }, ended.deployment);
      await db.transaction().execute((tx) => putDown(tx, ended, atEnd, told));
    });
  }

  async function judgeStored({ updateId, stackId, version }: OwedJudgement, told: boolean): Promise<void> {
    const update = await findUpdate(db, updateId);
    const stack = await findStackById(db, stackId);
    if (update === undefined || stack === undefined) return; // removed, with what was owed
    const stored = await archive.exactCheckpoint(db, stackId, version);
    if (stored === undefined) throw new Error(`version ${version} of the stack ${stackId} is gone`);
    const context = { ...stepContextOf(stack, await placements(stack), "up"), work: workOf(update) };
    await judge({ update, stack, deployment: stored.deployment }, context, told);
  }

  /** The update has ended whatever comes of this, and what is owed stays so. */
  async function attempt(updateId: string, judging: () => Promise<void>): Promise<void> {
    try {
      await judging();
    } catch (error) {
      logger.error({ err: error, update: updateId }, "the end of an update was not judged, and will be tried again");
    }
  }

  async function judgeEach(owed: readonly OwedJudgement[], told: boolean): Promise<void> {
    for (const one of owed) await attempt(one.updateId, () => judgeStored(one, told));
  }

  return {
    async owe(tx, { update, stack, deployment }) {
      if (update.version === undefined || !endJudge.looksAt(deployment)) return false;
      const owed = { updateId: update.id, stackId: stack.id, version: update.version };
      await insertOwed(tx, { ...owed, takenUntil: takenUntil(clock.now()) });
      return true;
    },

    settleEnd: (ended, context) => attempt(ended.update.id, () => judge(ended, context, true)),
    settleUpdate: async (updateId) => judgeEach(await owedOf(db, { updateId }), true),
    settleStack: async (stackId) => judgeEach(await owedOf(db, { stackId }), false),

    async settleAbandoned() {
      const now = clock.now();
      const taken = await takeAbandoned(db, { now, until: takenUntil(now), limit: MOST_AT_ONCE });
      await judgeEach(taken, false);
      return taken.length;
    },
  };
}
