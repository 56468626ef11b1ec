import { sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type GameEvent, gameEventView, LONGEST_DAYS } from "./gameEvent.ts";

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

/** An event that began before this is over at a time. It keeps those of years ago out of an index that is read by beginnings. */
const earliest = (at: Date): Date => new Date(at.getTime() - LONGEST_DAYS * 86_400_000);

/** How many of a team's are not over. */
export async function countGameEvents(tx: Tx, team: string, now: Date): Promise<number> {
  const { count } = await tx
    .selectFrom("gameEvents")
    .select(sql<number>`count(*)::int`.as("count"))
    .where("team", "=", team)
    .where("startsAt", ">=", earliest(now))
    .where("endsAt", ">", now)
    .executeTakeFirstOrThrow();
  return count;
}

/** Which of these names no stack set of the team has. */
export async function unknownStackSets(tx: Tx, team: string, names: readonly string[]): Promise<readonly string[]> {
  const found = await tx
    .selectFrom("stackSets")
    .select("name")
    .where("team", "=", team)
    .where("deletedAt", "is", null)
    .where("name", "in", [...names])
    .execute();
  return names.filter((name) => !found.some((known) => known.name === name));
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
    .where("startsAt", ">=", earliest(request.now))
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

/** Those who ask whether a window is open learn it from the first: all last, and none that begins later opens its window sooner. */
const MOST_TOLD = 20;

/** The first of a stack set's that last at some moment between two times, by their beginning. */
export async function gameEventsBetween(
  db: Database,
  { team, stackSet }: { readonly team: string; readonly stackSet: string | undefined },
  [from, until]: readonly [Date, Date],
): Promise<readonly GameEvent[]> {
  const rows = await db
    .selectFrom("gameEvents")
    .selectAll()
    .where("team", "=", team)
    .where("startsAt", ">=", earliest(from))
    .where("startsAt", "<", until)
    .where("endsAt", ">", from)
    .where((where) => where.or([where("stackSets", "is", null), sql<boolean>`${stackSet ?? null} = any (stack_sets)`]))
    .orderBy("startsAt")
    .orderBy("id")
    .limit(MOST_TOLD)
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
