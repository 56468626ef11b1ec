import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { QuotaPlace } from "../../api/quotas/quotaSource.ts";
import type { Blueprint } from "../../programs/blueprint.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { testBlueprint } from "./fixtures.ts";

const PLAYERS = "L-PLAYERS";
/** Each player takes one of a quota, and in production two. */
const crowd: Blueprint = {
  ...testBlueprint,
  name: "crowd",
  demands: (inputs, { production }) => [
    {
      quota: PLAYERS,
      amount: (inputs as { players: number }).players * (production ? 2 : 1), // what its own schema gave
      pointer: "/players",
      fitting: (available) => `at most ${available} players fit`,
    },
  ],
};

let api: Harness;
let key: string;
let limits: Record<string, number> = {};
let asked: QuotaPlace[] = [];
let meanwhile: () => Promise<unknown> = async () => undefined;
beforeAll(async () => {
  api = await startApi({
    blueprints: [crowd],
    quotas: async (place) => {
      asked.push(place);
      await meanwhile();
      if (place.cloud !== "sandbox") return undefined;
      const value = limits[place.region];
      return value === undefined ? [] : [{ code: PLAYERS, name: "Players", unit: "players", value }];
    },
  });
  key = await api.keyFor("operator");
});
afterAll(() => api.close());
beforeEach(() => {
  asked = [];
  meanwhile = async () => undefined;
});

const create = (name: string, players: number, change: Record<string, unknown> = {}) =>
  api.send("POST", "/v1/stack-sets", {
    key,
    body: { name, blueprint: "crowd", regions: ["eu-west-1"], inputs: { players }, ...change },
  });

test("what does not fit the region's quota is refused with the input, the number that would fit, and nothing begun", async () => {
  limits = { "eu-west-1": 1_000, "us-east-1": 400 };
  const reply = await create("wide", 600, { regions: ["eu-west-1", "us-east-1"] });
  expect(reply.status).toBe(422);
  expect(expectProblem(reply, "quota-exceeded")).toEqual(["/inputs/players"]);
  expect(reply.body.detail).toContain("600 players in us-east-1");
  expect(reply.body.detail).toContain("at most 400 players fit");
  expect(api.rollouts.started).toEqual([]);
  expect((await api.send("GET", "/v1/stack-sets/wide", { key })).status).toBe(404);
});

test("what other stack sets of the account have asked for is not there any more, one's own is", async () => {
  limits = { "ap-northeast-1": 1_000 };
  const there = { regions: ["ap-northeast-1"] };
  expect((await create("first", 700, there)).status).toBe(202);
  const second = await create("second", 400, there);
  expectProblem(second, "quota-exceeded");
  expect(second.body.detail).toContain("of which other stack sets have asked for 700: at most 300 players fit");
  expect((await create("second", 300, there)).status).toBe(202);
  const grown = (players: number) =>
    api.send("PATCH", "/v1/stack-sets/first", {
      key,
      body: { inputs: { players } },
      headers: { "if-match": '"1"' },
    });
  expectProblem(await grown(701), "quota-exceeded");
  expect((await grown(650)).status).toBe(202);
});

test("what is asked for is that of the target's environment", async () => {
  limits = { "eu-north-1": 1_000 };
  const admin = await api.keyFor("admin");
  const target = { name: "rehearsal", cloud: "sandbox", account: "333333333333", environment: "production" };
  const body = { ...target, regions: ["eu-north-1"], credentials: { source: "none" } };
  const made = await api.send("POST", "/v1/targets", { key: admin, body });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const there = { target: "rehearsal", regions: ["eu-north-1"] };
  expect((await create("first-night", 400, there)).status).toBe(202);
  const second = await create("second-night", 150, there);
  expectProblem(second, "quota-exceeded");
  expect(second.body.detail).toContain("This takes 300 players");
  expect(second.body.detail).toContain("of which other stack sets have asked for 800");
});

test("where no quota can be asked for nothing is refused, and the record says that it was not checked", async () => {
  const admin = await api.keyFor("admin");
  const target = { name: "real", cloud: "aws", account: "222222222222", environment: "staging" };
  const body = { ...target, regions: ["eu-west-1"], credentials: { source: "ambient" } };
  const made = await api.send("POST", "/v1/targets", { key: admin, body });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect((await create("blind", 1_000_000, { target: "real" })).status).toBe(202);
  expect(asked).toEqual([{ cloud: "aws", account: "222222222222", region: "eu-west-1" }]);
  const { body: log } = await api.send("GET", "/v1/audit-log?pageSize=1", { key: admin });
  expect(log.items[0]).toMatchObject({ action: "stack-set.create", details: { quotas: "not checked" } });
});

test("of two teams that ask at once for what is left, one gets it", async () => {
  limits = { "ap-south-1": 1_000 };
  const held = sql`select 1 from pg_locks l join pg_stat_activity a on a.pid = l.pid
                    where not l.granted and a.datname = current_database()`;
  meanwhile = () => expect.poll(async () => asked.length + (await held.execute(api.db)).rows.length).toBeGreaterThan(1);
  const rival = await api.keyFor("operator", "rivals");
  const body = (name: string) => ({ name, blueprint: "crowd", regions: ["ap-south-1"], inputs: { players: 600 } });
  const replies = await Promise.all([
    api.send("POST", "/v1/stack-sets", { key, body: body("quick") }),
    api.send("POST", "/v1/stack-sets", { key: rival, body: body("quick") }),
  ]);
  expect(replies.map(({ status }) => status).toSorted()).toEqual([202, 422]);
});
