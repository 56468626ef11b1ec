import { sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type GameEvent, gameEventView } from "./gameEvent.ts";

export interface NewGameEvent {
  readonly id: string;
  readonly team: string;
  readonly name: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly stackSets: string[] | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export async function insertGameEvent(tx: Tx, event: NewGameEvent): Promise<GameEvent> {
  return toView(await tx.insertInto("gameEvents").values(event).returningAll().executeTakeFirstOrThrow());
}

export async function findGameEvent(db: Database, id: string): Promise<GameEvent | undefined> {
  const row = await db.selectFrom("gameEvents").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toView(row);
}

/** Those that are not over, in the order in which they begin. */
export async function listGameEvents(
  db: Database,
  request: PageRequest & { readonly team: string; readonly now: Date },
): Promise<Page<GameEvent>> {
  const after = positionOf(request, z.tuple([z.iso.datetime(), z.string()]));
  const rows = await db
    .selectFrom("gameEvents")
    .selectAll()
    .where("team", "=", request.team)
    .where("endsAt", ">", request.now)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(starts_at, id) > (${after?.[0] ?? ""}::timestamptz, ${after?.[1] ?? ""})`),
    )
    .orderBy("startsAt")
    .orderBy("id")
    .limit(request.pageSize + 1)
    .execute();
  return toPage(rows, request, { key: ({ startsAt, id }) => [startsAt.toISOString(), id], item: toView });
}

export async function deleteGameEvent(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("gameEvents").where("id", "=", id).execute();
}

/** Those of a stack set that last at some moment between two times. */
export async function gameEventsBetween(
  db: Database,
  { team, stackSet }: { readonly team: string; readonly stackSet: string | undefined },
  [from, until]: readonly [Date, Date],
): Promise<readonly GameEvent[]> {
  const rows = await db
    .selectFrom("gameEvents")
    .selectAll()
    .where("team", "=", team)
    .where("startsAt", "<", until)
    .where("endsAt", ">", from)
    .where((where) => where.or([where("stackSets", "is", null), sql<boolean>`${stackSet ?? null} = any (stack_sets)`]))
    .orderBy("startsAt")
    .execute();
  return rows.map(toView);
}

type Row = Omit<NewGameEvent, "stackSets"> & { readonly stackSets: string[] | null };

const toView = ({ startsAt, endsAt, createdAt, stackSets, ...rest }: Row): GameEvent =>
  gameEventView.parse({
    ...rest,
    ...(stackSets && { stackSets }),
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    createdAt: createdAt.toISOString(),
  });
