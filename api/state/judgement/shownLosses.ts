import { sql } from "kysely";
import type { Database } from "../../db/database.ts";
import type { UpdateKind } from "../../gate/index.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import type { EventService } from "../updates/eventService.ts";
import { lossOf } from "./loss.ts";
import type { Watch } from "./watchedResources.ts";

/** Who is about to do what the last preview may have shown. */
export interface Announced {
  readonly kind: UpdateKind;
  /** The id of the caller. */
  readonly actor: string | undefined;
  readonly operation: string | undefined;
  /** The version of the state that it begins from. */
  readonly version: number;
  /** When the update was created; now for one that is not there yet. */
  readonly before?: Date;
}

export interface ShownLosses {
  /**
   * The protocol does not say which resources a client targets; a preview shows it.
   *
   * @returns URNs of what is deleted, by the caller's own preview of the last hour, when nothing of theirs came after it and
   *   something stays; undefined when it is not known that something stays
   */
  partOf(stack: StackRecord, announced: Announced): Promise<ReadonlySet<string> | undefined>;
}

interface ShownDeps {
  readonly db: Database;
  readonly events: Pick<EventService, "read">;
  readonly watch: Pick<Watch, "base">;
}

const everyType = { has: () => true };
const previews: Partial<Record<UpdateKind, readonly string[]>> = {
  update: ["update", "preview"],
  destroy: ["destroy"],
};

export function createShownLosses({ db, events, watch }: ShownDeps): ShownLosses {
  return {
    async partOf(stack, { kind, actor, operation, version, before }) {
      if (actor === undefined) return undefined;
      const until = before ?? sql<Date>`clock_timestamp()`;
      const last = await db
        .selectFrom("updates")
        .select(["id", "kind", "dryRun", "status"])
        .where("stackId", "=", stack.id)
        .where("actor", "=", actor)
        .where("operation", operation === undefined ? "is" : "=", operation ?? null)
        .where("createdAt", "<", until)
        .where("createdAt", ">", sql<Date>`${until}::timestamptz - interval '1 hour'`)
        .orderBy("createdAt", "desc")
        .limit(1)
        .executeTakeFirst();
      const shows =
        last?.dryRun === true && last.status === "succeeded" && previews[kind]?.includes(last.kind) === true;
      if (last === undefined || !shows) return undefined;
      const told = await events.read({ id: last.id, stackId: stack.id });
      const steps = told.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
      const loss = lossOf((await watch.base(stack.id, version, everyType)).values(), steps);
      return loss.extent === "all" ? undefined : loss.urns;
    },
  };
}
