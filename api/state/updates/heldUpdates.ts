import { Problem } from "../../base/problem.ts";
import type { Database } from "../../db/database.ts";
import type { Placement, StepContext } from "../../gate/index.ts";
import { leaseLost } from "../journal/journalStore.ts";
import { type StackName, type StackRecord, stepContextOf } from "../stacks/stackRecord.ts";
import { findStackById } from "../stacks/stackStore.ts";
import { hashOf } from "./lease.ts";
import { hasEnded, type UpdateRecord, workOf } from "./updateRecord.ts";
import { findUpdateByLease } from "./updateStore.ts";

/** An update whose client has shown its lease token. */
export interface HeldUpdate {
  readonly leaseHash: Buffer;
  readonly update: UpdateRecord;
  readonly stack: StackRecord;
  readonly context: StepContext;
}

export type Placements = (stack: StackRecord) => Promise<Placement | undefined>;

export interface HeldUpdates {
  /**
   * The update that a lease token is for. Says nothing of whether the lease is still held: the statement that writes under
   * it checks that.
   *
   * @throws Problem `unauthenticated` without a lease token, `lease-lost` for one that is not of this update and stack
   */
  of(
    authorization: string | undefined,
    route: { readonly updateId: string; readonly name: StackName },
  ): Promise<HeldUpdate>;
  forget(leaseHash: Buffer): void;
}

const KEPT_MS = 20_000;
const MOST_KEPT = 500;
const LEASE = /^update-token ([A-Za-z0-9_-]{43})$/;

/** Kept for some seconds, since an engine sends hundreds of requests under one lease; only facts that do not change. */
export function createHeldUpdates(db: Database, placements: Placements): HeldUpdates {
  const kept = new Map<string, { readonly held: HeldUpdate; readonly until: number }>();

  async function load(leaseHash: Buffer): Promise<HeldUpdate> {
    const update = await findUpdateByLease(db, leaseHash);
    const stack = update && (await findStackById(db, update.stackId));
    if (update === undefined || stack === undefined) throw leaseLost();
    const context = stepContextOf(stack, await placements(stack), update.dryRun ? "preview" : "up");
    return { leaseHash, update, stack, context: { ...context, work: workOf(update) } };
  }

  return {
    async of(authorization, { updateId, name }) {
      const token = LEASE.exec(authorization ?? "")?.[1];
      if (token === undefined)
        throw new Problem(
          "unauthenticated",
          "This route takes the lease token of an update (Authorization: update-token …).",
        );
      const leaseHash = hashOf(token);
      const key = leaseHash.toString("base64");
      const known = kept.get(key);
      const held = known !== undefined && known.until > performance.now() ? known.held : await load(leaseHash);
      if (held.update.id !== updateId || !sameStack(held.stack, name)) throw leaseLost();
      if (held !== known?.held && !hasEnded(held.update)) {
        if (kept.size >= MOST_KEPT) kept.clear();
        kept.set(key, { held, until: performance.now() + KEPT_MS });
      }
      return held;
    },
    forget(leaseHash) {
      kept.delete(leaseHash.toString("base64"));
    },
  };
}

const sameStack = (one: StackName, other: StackName): boolean =>
  one.team === other.team && one.project === other.project && one.name === other.name;
