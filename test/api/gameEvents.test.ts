import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTeardownFacts } from "../../api/teardowns/teardownFacts.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

let api: Harness;
let [operator, approver, viewer] = ["", "", ""];
beforeAll(async () => {
  api = await startApi();
  [operator, approver, viewer] = await Promise.all([
    api.keyFor("operator"),
    api.keyFor("approver"),
    api.keyFor("viewer"),
  ]);
});
afterAll(() => api.close());

const HOUR_MS = 3_600_000;
const inHours = (hours: number): string => new Date(api.clock.now().getTime() + hours * HOUR_MS).toISOString();
const say = (body: object, key = operator) => api.send("POST", "/v1/game-events", { key, body });
const listed = async (key = viewer): Promise<readonly { readonly name: string }[]> =>
  (await api.send("GET", "/v1/game-events", { key })).body.items;

/** A stack set of this name, for the key's team. */
async function stackSet(name: string, key = operator): Promise<void> {
  const made = await api.send("POST", "/v1/stack-sets", { key, body: { ...launch, name } });
  expect(made.status, JSON.stringify(made.body)).toBe(202);
}

/** Events one after another, a minute each, that begin in an hour. */
const fill = (team: string, count: number) =>
  sql`insert into game_events (id, team, name, starts_at, ends_at, created_by, created_at)
      select 'ge_' || ${team}::text || n, ${team}, 'round ' || n, at + n * interval '1 minute', at + (n + 1) * interval '1 minute', 'ada', at
      from generate_series(1, ${count}::int) n, (select ${inHours(1)}::timestamptz as at) as start`.execute(api.db);

test("game events are listed by their beginning until they are over, and are the team's own", async () => {
  await stackSet("launch");
  const later = await say({ name: "finals", startsAt: inHours(48), endsAt: inHours(52), stackSets: ["launch"] });
  expect(later.status, JSON.stringify(later.body)).toBe(201);
  const sooner = await say({ name: "double points", startsAt: inHours(1), endsAt: inHours(2) });
  expect((await listed()).map(({ name }) => name)).toEqual(["double points", "finals"]);
  expect(await listed(await api.keyFor("viewer", "rivals"))).toEqual([]);
  const path = `/v1/game-events/${sooner.body.id}`;
  expect((await api.send("GET", path, { key: viewer })).body).toEqual(sooner.body);
  expectProblem(await api.send("GET", path, { key: await api.keyFor("viewer", "rivals") }), "not-found");
  api.clock.advance(3 * HOUR_MS);
  expect((await listed()).map(({ name }) => name)).toEqual(["finals"]);
});

test("an event is taken off the calendar by an approver, not by who might tear down in its window", async () => {
  const { body } = await say({ name: "cup", startsAt: inHours(1), endsAt: inHours(2) });
  const path = `/v1/game-events/${body.id}`;
  expectProblem(await api.send("DELETE", path, { key: operator }), "forbidden");
  expect((await api.send("DELETE", path, { key: approver })).status).toBe(204);
  expectProblem(await api.send("DELETE", path, { key: approver }), "not-found");
});

test.each([
  ["that ends before it begins", { startsAt: "2026-03-02T00:00:00Z", endsAt: "2026-03-01T00:00:00Z" }, "/endsAt"],
  ["that lasts ten years", { startsAt: "2026-03-01T00:00:00Z", endsAt: "2036-03-01T00:00:00Z" }, "/endsAt"],
  ["that lasts a season", { startsAt: "2026-03-01T00:00:00Z", endsAt: "2026-06-01T00:00:00Z" }, "/endsAt"],
  ["without a time zone", { startsAt: "2026-03-01T00:00:00", endsAt: "2026-03-01T02:00:00Z" }, "/startsAt"],
  ["before the first year", { startsAt: "0000-01-01T00:00:00+14:00", endsAt: "0000-01-01T05:00:00Z" }, "/startsAt"],
  ["beyond the last year", { startsAt: "9999-12-31T23:00:00Z", endsAt: "9999-12-31T23:30:00-12:00" }, "/endsAt"],
  ["with a control character in its name", { name: "cup\u0000" }, "/name"],
  ["on a stack set that is not there", { stackSets: ["launhc"] }, "/stackSets/0"],
  ["on no stack set", { stackSets: [] }, "/stackSets"],
])("an event %s is refused with a pointer", async (_, change, pointer) => {
  const good = { name: "cup", startsAt: "2026-03-01T00:00:00Z", endsAt: "2026-03-01T02:00:00Z" };
  expect(expectProblem(await say({ ...good, ...change }), "invalid-request")).toEqual([pointer]);
});

test("a stack that is to be torn down is told the events of its stack set within a week", async () => {
  const rivals = await api.keyFor("operator", "rivals");
  for (const name of ["arena", "lobby"]) await stackSet(name, rivals);
  await say({ name: "ours", startsAt: inHours(24), endsAt: inHours(26), stackSets: ["arena"] }, rivals);
  await say({ name: "everybody's", startsAt: inHours(30), endsAt: inHours(31) }, rivals);
  await say({ name: "another's", startsAt: inHours(24), endsAt: inHours(26), stackSets: ["lobby"] }, rivals);
  await say({ name: "far off", startsAt: inHours(24 * 9), endsAt: inHours(24 * 9 + 1), stackSets: ["arena"] }, rivals);
  const factsOf = createTeardownFacts(api.db, api.clock);
  const stack = { team: "rivals", name: "arena.live.eu-west-1", stackSetId: undefined, region: "eu-west-1" };
  const facts = await factsOf({ ...stack, tags: { "meridian:stack-set": "arena" } });
  expect(facts.gameEvents.map(({ name }) => name)).toEqual(["ours", "everybody's"]);
  expect(facts).toMatchObject({ now: api.clock.now().toISOString(), otherHealthyRegions: [], dependents: [] });
  const foreign = await factsOf({ ...stack, tags: {} });
  expect(foreign.gameEvents.map(({ name }) => name)).toEqual(["everybody's"]);
  expect(foreign).not.toHaveProperty("otherHealthyRegions");
});

test("another team's stack set is not there, and the refusal says where to look", async () => {
  await stackSet("hidden", await api.keyFor("operator", "rivals"));
  const times = { startsAt: inHours(1), endsAt: inHours(2) };
  const { status, body } = await say({ name: "cup", ...times, stackSets: ["hidden"] });
  expect(status).toBe(400);
  expect(body.errors[0].detail).toBe("The team default has no stack set hidden. GET /v1/stack-sets lists them.");
});

test("a team that has as many events as it may is told what to do, until one of them is over", async () => {
  const key = await api.keyFor("operator", "busy");
  await fill("busy", 1_000);
  const cup = { name: "cup", startsAt: inHours(1), endsAt: inHours(2) };
  expectProblem(await say(cup, key), "invalid-transition");
  expect((await say(cup, key)).body.detail).toContain("has 1000 game events that are not over");
  api.clock.advance(1.1 * HOUR_MS);
  expect((await say({ ...cup, endsAt: inHours(2) }, key)).status).toBe(201);
});

test("of a hundred thousand events who asks is told the first, which is open if any is", async () => {
  await api.keyFor("viewer", "crowd");
  await fill("crowd", 100_000);
  const stack = { team: "crowd", name: "game", stackSetId: undefined, region: undefined, tags: {} };
  const { gameEvents } = await createTeardownFacts(api.db, api.clock)(stack);
  expect(gameEvents).toHaveLength(20);
  expect(gameEvents[0]?.name).toBe("round 1");
});
