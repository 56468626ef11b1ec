import { z } from "zod";
import type { Caller } from "../base/caller.ts";
import type { Database } from "../db/database.ts";
import { type PageRequest, positionOf } from "../http/paging.ts";
import { operationKinds, operationStatuses } from "./operation.ts";
import type { OperationRow } from "./operationStore.ts";

/** What a list of operations can be narrowed by. */
export const operationFilter = {
  stack: z.string().max(200).optional(),
  stackSet: z.string().max(40).optional(),
  rollout: z.string().max(60).optional(),
  kind: z.enum(operationKinds).optional(),
  status: z.enum(operationStatuses).optional(),
};

export type OperationFilter = PageRequest & {
  readonly [Name in keyof typeof operationFilter]?: z.output<(typeof operationFilter)[Name]>;
};

/** Newest first, one row more than a page so that its maker knows whether there is another. */
export async function listOperationRows(
  db: Database,
  filter: OperationFilter,
  caller: Caller,
): Promise<readonly OperationRow[]> {
  const before = positionOf(filter, z.string());
  let query = db
    .selectFrom("operations")
    .selectAll()
    .orderBy("id", "desc")
    .limit(filter.pageSize + 1);
  if (caller.team !== undefined) query = query.where("team", "=", caller.team);
  if (before !== undefined) query = query.where("id", "<", before);
  for (const name of ["stack", "stackSet", "rollout", "kind", "status"] as const) {
    const value = filter[name];
    if (value !== undefined) query = query.where(name, "=", value);
  }
  return query.execute();
}
