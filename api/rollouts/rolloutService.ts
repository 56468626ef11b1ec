import { sql } from "kysely";
import { z } from "zod";
import { type Caller, maySee, requirePermission } from "../base/caller.ts";
import { newId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Durable } from "../durable/durable.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { absent } from "../http/schemas.ts";
import { isFinalRollout, planSteps, type Rollout, type RolloutKind, type RolloutStatus } from "./rollout.ts";
import {
  endRollout,
  findRollout,
  insertRollout,
  moveToCancelling,
  openRollouts,
  planOf,
  type RolloutRow,
  viewRollout,
} from "./rolloutStore.ts";
import { ROLLOUTS } from "./rolloutWorkflow.ts";

/** What a stack set says of itself when it asks for a rollout, inside the transaction that changed it. */
export interface RolloutRequest {
  readonly kind: RolloutKind;
  readonly stackSet: { readonly id: string; readonly name: string; readonly team: string; readonly generation: number };
  /** The regions before and after the change. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly requestedBy: string;
  readonly person: string;
}

export type RolloutFilter = PageRequest & { readonly stackSet?: string | undefined };

export interface RolloutService {
  /** @throws Problem `rollout-pending` when one waits already behind the one that runs. */
  start(tx: Tx, request: RolloutRequest): Promise<Rollout>;
  /** The teardown of a stack set that is under way or waits, if any. */
  teardownOf(tx: Tx, stackSetId: string): Promise<Rollout | undefined>;
  get(id: string, caller: Caller): Promise<Rollout>;
  list(filter: RolloutFilter, caller: Caller): Promise<Page<Rollout>>;
  cancel(tx: Tx, id: string, caller: Caller): Promise<Rollout>;
}

export interface RolloutServiceDeps {
  readonly db: Database;
  readonly durable: Pick<Durable, "enqueue">;
  readonly cancelOperation: (tx: Tx, id: string) => Promise<void>;
}

export function createRolloutService({ db, durable, cancelOperation }: RolloutServiceDeps): RolloutService {
  async function visible(from: Database | Tx, id: string, caller: Caller): Promise<RolloutRow> {
    const row = await findRollout(from, id);
    if (row === undefined || !maySee(caller, row.team)) throw absent("rollout", id);
    return row;
  }

  async function view(from: Database | Tx, row: RolloutRow): Promise<Rollout> {
    return viewRollout(row, await operationStatuses(from, [row]));
  }

  return {
    async start(tx, { kind, stackSet, before, after, requestedBy, person }) {
      await sql`select 1 from stack_sets where id = ${stackSet.id} for update`.execute(tx);
      const open = await openRollouts(tx, stackSet.id);
      const waiting = open[1];
      if (waiting !== undefined) {
        const detail = `The rollout ${waiting.id} of ${stackSet.name} waits already. Wait for it, or cancel it with POST /v1/rollouts/${waiting.id}/cancel.`;
        throw new Problem("rollout-pending", detail, { facts: { rollout: waiting.id } });
      }
      const id = newId("ro");
      const plan = planSteps(kind, { before, after }, () => newId("op"));
      const { generation, team } = stackSet;
      await insertRollout(tx, {
        id,
        kind,
        team,
        generation,
        plan,
        requestedBy,
        person,
        stackSetId: stackSet.id,
        stackSet: stackSet.name,
      });
      await durable.enqueue(tx, { workflow: ROLLOUTS, id, partition: stackSet.id });
      const row = await findRollout(tx, id);
      if (row === undefined) throw new Problem("internal", `The rollout ${id} was not written.`);
      return viewRollout(row, new Map());
    },

    async teardownOf(tx, stackSetId) {
      const teardown = (await openRollouts(tx, stackSetId)).find((row) => row.kind === "destroy");
      return teardown === undefined ? undefined : view(tx, teardown);
    },

    get: async (id, caller) => view(db, await visible(db, id, caller)),

    async list(filter, caller) {
      const before = positionOf(filter, z.string());
      let query = db
        .selectFrom("rollouts")
        .selectAll()
        .orderBy("id", "desc")
        .limit(filter.pageSize + 1);
      if (caller.team !== undefined) query = query.where("team", "=", caller.team);
      if (filter.stackSet !== undefined) query = query.where("stackSet", "=", filter.stackSet);
      if (before !== undefined) query = query.where("id", "<", before);
      const rows = await query.execute();
      const statuses = await operationStatuses(db, rows);
      return toPage(rows, filter, { key: (row) => row.id, item: (row) => viewRollout(row, statuses) });
    },

    async cancel(tx, id, caller) {
      const row = await visible(tx, id, caller);
      if (row.requestedBy !== caller.name) requirePermission(caller, "cancel-others");
      if (isFinalRollout(row.status as RolloutStatus)) {
        throw new Problem(
          "invalid-transition",
          `The rollout ${id} has ended as ${row.status}; there is nothing to cancel.`,
        );
      }
      if (!(await moveToCancelling(tx, id))) await endRollout(tx, id, { status: "cancelled" }, ["queued"]);
      for (const { operation } of planOf(row)) await cancelOperation(tx, operation);
      return view(tx, await visible(tx, id, caller));
    },
  };
}

async function operationStatuses(
  from: Database | Tx,
  rollouts: readonly RolloutRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = rollouts.flatMap((row) => planOf(row).map((step) => step.operation));
  if (ids.length === 0) return new Map();
  const rows = await from.selectFrom("operations").select(["id", "status"]).where("id", "in", ids).execute();
  return new Map(rows.map((row) => [row.id, row.status]));
}
