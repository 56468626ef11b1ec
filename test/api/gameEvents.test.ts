import { afterAll, beforeAll, expect, test } from "vitest";
import { createTeardownFacts } from "../../api/teardowns/teardownFacts.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

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

test("game events are listed by their beginning until they are over, and are the team's own", async () => {
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
  ["that lasts a season", { startsAt: "2026-03-01T00:00:00Z", endsAt: "2026-06-01T00:00:00Z" }, "/endsAt"],
  ["without a time zone", { startsAt: "2026-03-01T00:00:00", endsAt: "2026-03-01T02:00:00Z" }, "/startsAt"],
  ["before the first year", { startsAt: "0000-01-01T00:00:00+14:00", endsAt: "0000-01-01T05:00:00Z" }, "/startsAt"],
  ["beyond the last year", { startsAt: "9999-12-31T23:00:00Z", endsAt: "9999-12-31T23:30:00-12:00" }, "/endsAt"],
  ["with a control character in its name", { name: "cup\u0000" }, "/name"],
])("an event %s is refused with a pointer", async (_, change, pointer) => {
  const good = { name: "cup", startsAt: "2026-03-01T00:00:00Z", endsAt: "2026-03-01T02:00:00Z" };
  expect(expectProblem(await say({ ...good, ...change }), "invalid-request")).toEqual([pointer]);
});

test("a stack that is to be torn down is told the events of its stack set within a week", async () => {
  const rivals = await api.keyFor("operator", "rivals");
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
