import { sql } from "kysely";
import { type Caller, mayReach, requirePermission } from "../base/caller.ts";
import { newId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Durable } from "../durable/durable.ts";
import { type Page, toPage } from "../http/paging.ts";
import { absent } from "../http/schemas.ts";
import type { Operation } from "./operation.ts";
import { listOperationRows, type OperationFilter } from "./operationList.ts";
import {
  endOperation,
  findOperation,
  hasEnded,
  insertOperation,
  moveOperation,
  type NewOperation,
  type OperationRow,
  readVerdicts,
  viewOperation,
} from "./operationStore.ts";
import { OPERATIONS } from "./operationWorkflow.ts";
import { PROJECT } from "./stackConfig.ts";

const notBegun = ["queued", "awaiting-approval"] as const;

export const CANCEL_CHANNEL = "meridian_cancel";

export interface StartOperation extends Omit<NewOperation, "id"> {
  /** Chosen by the caller where a repeated call must not make a second operation. */
  readonly id?: string;
  /** Operations of one stack run one after another. */
  readonly stackId: string;
}

export interface OperationService {
  /** Row and workflow, in the caller's transaction. */
  start(tx: Tx, request: StartOperation): Promise<string>;
  get(id: string, caller: Caller): Promise<Operation>;
  /** The operation as it stands inside a transaction, for whoever just made it there. */
  read(tx: Tx, id: string): Promise<Operation>;
  /** A page holds only what the caller reaches, so it can be shorter than asked for and not be the last. */
  list(filter: OperationFilter, caller: Caller): Promise<Page<Operation>>;
  /** Asks for the end; an operation that has not begun ends at once. Asking again changes nothing. */
  cancel(tx: Tx, id: string, caller: Caller): Promise<Operation>;
  /** Asks for it on behalf of a rollout, whose caller was judged already. */
  requestCancel(tx: Tx, id: string): Promise<void>;
}

export function createOperationService(db: Database, durable: Pick<Durable, "enqueue">): OperationService {
  async function visible(from: Database | Tx, id: string, caller: Caller): Promise<OperationRow> {
    const row = await findOperation(from, id);
    if (row === undefined || !isReached(row, caller)) throw absent("operation", id);
    return row;
  }

  async function view(from: Database | Tx, row: OperationRow): Promise<Operation> {
    const verdicts = await readVerdicts(from, [row.id]);
    return viewOperation(row, verdicts.get(row.id) ?? []);
  }

  async function requestCancel(tx: Tx, id: string): Promise<void> {
    await tx
      .updateTable("operations")
      .set({ cancelRequestedAt: sql`coalesce(cancel_requested_at, now())` })
      .where("id", "=", id)
      .where("finishedAt", "is", null)
      .execute();
    // Only what has not begun leaves `queued` and `awaiting-approval` this way; an engine that works is interrupted.
    const moved = await moveOperation(tx, id, "cancelling");
    if (moved === undefined) await endOperation(tx, id, { status: "cancelled" }, notBegun);
    await sql`select pg_notify(${CANCEL_CHANNEL}, ${id})`.execute(tx);
  }

  return {
    async start(tx, { stackId, id = newId("op"), ...request }) {
      const fresh = await insertOperation(tx, { id, ...request });
      if (fresh) await durable.enqueue(tx, { workflow: OPERATIONS, id, partition: stackId });
      return id;
    },
    async get(id, caller) {
      return view(db, await visible(db, id, caller));
    },
    async read(tx, id) {
      const row = await findOperation(tx, id);
      if (row === undefined) throw absent("operation", id);
      return view(tx, row);
    },
    async list(filter, caller) {
      const { items, ...page } = toPage(await listOperationRows(db, filter, caller), filter, {
        key: (row) => row.id,
        item: (row) => row,
      });
      const rows = items.filter((row) => isReached(row, caller));
      const verdicts = await readVerdicts(
        db,
        rows.map((row) => row.id),
      );
      return { ...page, items: rows.map((row) => viewOperation(row, verdicts.get(row.id) ?? [])) };
    },
    async cancel(tx, id, caller) {
      const row = await visible(tx, id, caller);
      if (row.requestedBy !== caller.name) requirePermission(caller, "cancel-others");
      if (row.cancelRequestedAt === null && hasEnded(row)) {
        throw new Problem(
          "invalid-transition",
          `The operation ${id} has ended as ${row.status}; there is nothing to cancel.`,
        );
      }
      await requestCancel(tx, id);
      return view(tx, await visible(tx, id, caller));
    },
    requestCancel,
  };
}

function isReached({ team, stack }: OperationRow, caller: Caller): boolean {
  return mayReach(caller, { team, project: PROJECT, name: stack });
}
