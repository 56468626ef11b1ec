import { z } from "zod";
import { maySee } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { invalidRequest } from "../http/parse.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { absent, teamParameter } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import { createGameEvent, gameEventView, MOST_EVENTS } from "./gameEvent.ts";
import {
  countGameEvents,
  deleteGameEvent,
  findGameEvent,
  insertGameEvent,
  listGameEvents,
  unknownStackSets,
} from "./gameEventStore.ts";

const tag = "Game events";

/** When something happens in a game: inside its window no production stack of its stack sets is torn down (docs/teardown.md). */
export function gameEventRoutes(clock: Clock): readonly Route[] {
  return [list(clock), create(clock), show(), remove()];
}

function list(clock: Clock): Route {
  return reads(
    {
      method: "get",
      path: "/v1/game-events",
      tag,
      summary: "List the game events that are not over, by their beginning",
      permission: "read",
      narrowed: "may-ask",
      query: z.strictObject({ ...pageParameters, team: teamParameter }),
      answers: { 200: { description: "A page of game events.", schema: pageOf(gameEventView) } },
    },
    async ({ query, caller }, db) =>
      ok(await listGameEvents(db, { ...query, team: teamOf(caller, query.team), now: clock.now() })),
  );
}

function create(clock: Clock): Route {
  return changes(
    {
      method: "post",
      path: "/v1/game-events",
      action: "game-event.create",
      tag,
      summary: "Say that something happens in a game",
      permission: "change",
      body: createGameEvent,
      problems: ["invalid-transition"],
      answers: { 201: { description: "The game event.", schema: gameEventView } },
    },
    async ({ body, caller }, tx) => {
      const team = teamOf(caller, body.team);
      await requireTeam(tx, team);
      await requireKnown(tx, team, body.stackSets ?? []);
      await requireRoom(tx, team, clock.now());
      const event = await insertGameEvent(tx, {
        id: newId("ge"),
        team,
        name: body.name,
        startsAt: new Date(body.startsAt),
        endsAt: new Date(body.endsAt),
        stackSets: body.stackSets ?? null,
        createdBy: caller.name,
        createdAt: clock.now(),
      });
      const subject = `/v1/game-events/${event.id}`;
      const { name, startsAt, endsAt, stackSets } = event;
      return { answer: created(subject, event), subject, team, details: { name, startsAt, endsAt, stackSets } };
    },
  );
}

/** A name that is written wrong would leave its stack set unguarded, and nobody would notice before the event. */
async function requireKnown(tx: Tx, team: string, stackSets: readonly string[]): Promise<void> {
  const unknown = stackSets.length === 0 ? [] : await unknownStackSets(tx, team, stackSets);
  if (unknown.length === 0) return;
  throw invalidRequest(
    unknown.map((name) => ({
      pointer: `/stackSets/${stackSets.indexOf(name)}`,
      detail: `The team ${team} has no stack set ${name}. GET /v1/stack-sets lists them.`,
    })),
  );
}

async function requireRoom(tx: Tx, team: string, now: Date): Promise<void> {
  if ((await countGameEvents(tx, team, now)) < MOST_EVENTS) return;
  const detail = `The team ${team} has ${MOST_EVENTS} game events that are not over, as many as it may have. Wait for one to end, or take one off the calendar.`;
  throw new Problem("invalid-transition", detail);
}

function show(): Route {
  return reads(
    {
      method: "get",
      path: "/v1/game-events/{id}",
      tag,
      summary: "Show a game event",
      permission: "read",
      narrowed: "may-ask",
      answers: { 200: { description: "The game event.", schema: gameEventView } },
    },
    async ({ params, caller }, db) => {
      const found = await findGameEvent(db, params.id);
      if (found === undefined || !maySee(caller, found.team)) throw absent("game event", params.id);
      return ok(found);
    },
  );
}

/** Whoever could take an event away could tear down in its window, so this is not for operators. */
function remove(): Route {
  return changes(
    {
      method: "delete",
      path: "/v1/game-events/{id}",
      action: "game-event.delete",
      tag,
      summary: "Take a game event off the calendar",
      permission: "approve",
      answers: { 204: { description: "It is off the calendar." } },
    },
    async ({ params, caller }, tx) => {
      const found = await findGameEvent(tx, params.id);
      if (found === undefined || !maySee(caller, found.team)) throw absent("game event", params.id);
      await deleteGameEvent(tx, params.id);
      const { team, name } = found;
      return { answer: noContent(), subject: `/v1/game-events/${params.id}`, team, details: { name } };
    },
  );
}
