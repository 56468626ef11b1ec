import { createHash, randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Caller } from "../../base/caller.ts";
import type { Clock } from "../../base/clock.ts";
import { isProblem, Problem } from "../../base/problem.ts";
import type { OpenDatabase } from "../../db/database.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import { countApplied } from "../journal/journalSteps.ts";
import type { Suspect } from "../stacks/stackRecord.ts";
import { findStackById, lockStack } from "../stacks/stackStore.ts";
import type { TakeOver } from "../stacks/takeOver.ts";
import type { EndUpdate } from "./updateEnding.ts";
import { type ChangeCounts, hasEnded, noChanges } from "./updateRecord.ts";
import { lockUpdate, unfinishedUpdates, updatesOf } from "./updateStore.ts";

interface OperationDeps {
  readonly database: OpenDatabase;
  readonly archive: StateArchive;
  readonly takeOver: TakeOver;
  readonly end: EndUpdate;
  readonly clock: Clock;
}

/** What the service itself does with the backend for the engines that it runs. */
export interface OperationService {
  /** A token by which one engine reaches one stack, for `ttl` seconds. Shown once; only its hash is kept. */
  issueOperationToken(token: {
    readonly operation: string;
    readonly stackId: string;
    /** Who asked for the operation: its engine acts for them. */
    readonly person: string;
    readonly ttl: number;
  }): Promise<string>;
  /** The engine that holds an operation token; undefined for any other credential, and for one that has expired. */
  callerOfOperationToken(token: string): Promise<Caller | undefined>;
  /** Makes the tokens of an operation worthless. */
  revokeOperationTokens(operation: string): Promise<void>;
  /**
   * Ends what an operation's dead engine has left running: fences it, rebuilds the state, frees the lease. To be called only
   * when the engine is known to be dead. May run twice.
   *
   * @returns the creates that were in flight
   */
  abandonUpdates(operation: string): Promise<readonly Suspect[]>;
  /** Waits until no update holds the stack, ending one whose lease has run out. @returns false when the deadline passed */
  awaitLeaseFree(stackId: string, deadline: Date): Promise<boolean>;
  /** Why there was no money for what an operation was about to do; undefined where there was, or it was not asked for. */
  unaffordable(operation: string): Promise<Problem | undefined>;
  /** What an operation has done so far, by the successes that its engines have committed. */
  appliedBy(operation: string): Promise<ChangeCounts>;
}

const PREFIX = "mop_";
const POLL_MS = 100;

const hash = (token: string): Buffer => createHash("sha256").update(token).digest();

export function createOperationService(deps: OperationDeps): OperationService {
  const { database, archive, takeOver, end, clock } = deps;
  const { db } = database;

  async function abandon(stackId: string, updateId: string): Promise<readonly Suspect[]> {
    return db.transaction().execute(async (tx) => {
      const stack = await lockStack(tx, stackId);
      const update = await lockUpdate(tx, updateId);
      if (stack === undefined || update === undefined || hasEnded(update)) return stack?.suspects ?? [];
      return (await end(tx, { update, stack }, "failed")).suspects;
    });
  }

  async function isFree(stackId: string): Promise<boolean> {
    try {
      return await db.transaction().execute(async (tx) => {
        const stack = await lockStack(tx, stackId);
        return stack === undefined || (await takeOver(tx, stack)).activeUpdate === undefined;
      });
    } catch (error) {
      if (isProblem(error) && error.code === "stack-locked") return false;
      throw error;
    }
  }

  return {
    async issueOperationToken({ operation, stackId, person, ttl }) {
      const token = PREFIX + randomBytes(32).toString("base64url");
      const expiresAt = new Date(clock.now().getTime() + ttl * 1000);
      await db
        .insertInto("operationTokens")
        .values({ hash: hash(token), operation, stackId, person, expiresAt })
        .execute();
      return token;
    },

    async callerOfOperationToken(token) {
      if (!token.startsWith(PREFIX)) return undefined;
      const found = await db
        .selectFrom("operationTokens")
        .innerJoin("stacks", "stacks.id", "operationTokens.stackId")
        .innerJoin("operations", "operations.id", "operationTokens.operation")
        .select(["operation", "operationTokens.stackId", "stacks.team", "operationTokens.person", "operations.kind"])
        .where("hash", "=", hash(token))
        .where("expiresAt", ">", clock.now())
        .executeTakeFirst();
      if (found === undefined) return undefined;
      const { operation: id, stackId, team, person, kind } = found;
      return { id, name: id, person, role: "operator", team, operation: { id, stackId, kind } };
    },

    async revokeOperationTokens(operation) {
      await db.deleteFrom("operationTokens").where("operation", "=", operation).execute();
    },

    async abandonUpdates(operation) {
      const left = new Map<string, Suspect>();
      for (const { id, stackId } of await unfinishedUpdates(db, operation)) {
        for (const suspect of await abandon(stackId, id)) left.set(suspect.urn, suspect);
      }
      // A second call finds nothing unfinished and must say the same.
      const [last] = (await updatesOf(db, operation)).slice(-1);
      const stack = last && (await findStackById(db, last.stackId));
      for (const suspect of stack?.suspects ?? []) left.set(suspect.urn, suspect);
      return [...left.values()];
    },

    async awaitLeaseFree(stackId, deadline) {
      while (!(await isFree(stackId))) {
        if (clock.now() >= deadline) return false;
        await delay(POLL_MS);
      }
      return true;
    },

    async unaffordable(operation) {
      const refusals = (await updatesOf(db, operation)).flatMap((update) => update.refusals);
      const last = refusals.findLast(({ code }) => code === "budget-exceeded");
      return last && new Problem("budget-exceeded", last.message);
    },

    async appliedBy(operation) {
      const counts = { ...noChanges };
      for (const update of await updatesOf(db, operation)) {
        if (update.dryRun || update.journaled !== true) continue;
        const applied = update.applied ?? countApplied(await archive.journal(db, update));
        for (const key of Object.keys(counts) as (keyof ChangeCounts)[]) counts[key] += applied[key]; // its own keys
      }
      return counts;
    },
  };
}
