import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashKey } from "../../api/apiKeys/apiKey.ts";
import { ensureAdminKey } from "../../api/apiKeys/ensureAdminKey.ts";
import { createKeyAuthenticator } from "../../api/apiKeys/keyAuthenticator.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  admin = await api.keyFor("admin");
});
afterAll(() => api.close());

const create = (body: unknown, headers: Record<string, string> = {}) =>
  api.send("POST", "/v1/api-keys", { key: admin, body, headers });

test("a new key is shown once, works at once, and only its hash is kept", async () => {
  const made = await create({ name: "pipeline", role: "operator" });
  expect(made.status).toBe(201);
  expect(made.body.key).toMatch(/^mk_[A-Za-z0-9_-]{43}$/);
  expect(made.headers.get("location")).toBe(`/v1/api-keys/${made.body.id}`);
  expect(made.headers.get("cache-control")).toBe("no-store");
  expect(made.body).toMatchObject({ name: "pipeline", role: "operator", team: "default" });
  const shown = await api.send("GET", `/v1/api-keys/${made.body.id}`, { key: admin });
  expect(shown.body).not.toHaveProperty("key");
  const used = await api.send("GET", "/v1/targets", { key: made.body.key });
  expect(used.status).toBe(200);
  const { rows } = await sql<{ all: string }>`select api_keys::text as all from api_keys`.execute(api.db);
  expect(rows.some((row) => row.all.includes(made.body.key))).toBe(false);
  expect(rows.some((row) => row.all.includes(hashKey(made.body.key).toString("hex")))).toBe(true);
});

test("the Pulumi CLI's way of writing the header is understood too", async () => {
  const key = await api.keyFor("viewer");
  const reply = await api.send("GET", "/v1/targets", { headers: { authorization: `token ${key}` } });
  expect(reply.status).toBe(200);
});

test.each([
  ["no header", undefined],
  ["an unknown key", "Bearer mk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
  ["another scheme", "Basic YTpi"],
  ["a key of nothing", "Bearer "],
])("%s is refused with 401 and says how to authenticate", async (_what, authorization) => {
  const reply = await api.send("GET", "/v1/targets", authorization === undefined ? {} : { headers: { authorization } });
  expect(reply.status).toBe(401);
  expectProblem(reply, "unauthenticated");
  expect(reply.headers.get("www-authenticate")).toMatch(/^Bearer/);
});

test("a revoked key is refused from the next request on, and revoking it again is 404", async () => {
  const { body: made } = await create({ name: "short", role: "viewer" });
  expect((await api.send("GET", "/v1/targets", { key: made.key })).status).toBe(200);
  expect((await api.send("DELETE", `/v1/api-keys/${made.id}`, { key: admin })).status).toBe(204);
  expectProblem(await api.send("GET", "/v1/targets", { key: made.key }), "unauthenticated");
  expectProblem(await api.send("DELETE", `/v1/api-keys/${made.id}`, { key: admin }), "not-found");
  expectProblem(await api.send("GET", `/v1/api-keys/${made.id}`, { key: admin }), "not-found");
});

test("another process stops accepting a revoked key within seconds", async () => {
  const operationTokens = { findCaller: async () => undefined };
  const elsewhere = createKeyAuthenticator({ db: api.db, clock: api.clock, operationTokens });
  const { body: made } = await create({ name: "elsewhere", role: "viewer" });
  await elsewhere.authenticate(`Bearer ${made.key}`);
  await api.send("DELETE", `/v1/api-keys/${made.id}`, { key: admin });
  api.clock.advance(3_001);
  await expect(elsewhere.authenticate(`Bearer ${made.key}`)).rejects.toMatchObject({ code: "unauthenticated" });
});

test("a key that is revoked while it is being looked up is not remembered as valid", async () => {
  const caller = { id: "op_1", name: "x", person: "x", role: "viewer", team: "default" } as const;
  const lookedUp = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const answers = [
    async () => {
      lookedUp.resolve();
      await released.promise;
      return caller;
    },
    async () => undefined,
  ];
  const operationTokens = { findCaller: async () => answers.shift()?.() };
  const authenticator = createKeyAuthenticator({ db: api.db, clock: api.clock, operationTokens });
  const first = authenticator.authenticate("Bearer op-token");
  await lookedUp.promise;
  authenticator.forget();
  released.resolve();
  await first;
  await expect(authenticator.authenticate("Bearer op-token")).rejects.toMatchObject({ code: "unauthenticated" });
});

test("the last admin's key cannot be revoked, even when two admins revoke each other's at once", async () => {
  const own = await startApi();
  const gate = new pg.Client({ connectionString: own.databaseUrl });
  await gate.connect();
  try {
    const first = await own.keyFor("admin");
    const second = await own.send("POST", "/v1/api-keys", { key: first, body: { name: "second", role: "admin" } });
    expect(second.body).not.toHaveProperty("team");
    // Both keys have been used by now, so that neither request waits for anything but the lock of the revocation.
    const { body } = await own.send("GET", "/v1/api-keys", { key: second.body.key });
    const idOf = (name: string) => body.items.find((item: { name: string }) => item.name === name)?.id;
    await gate.query("begin");
    await gate.query("select 1 from meridian.api_keys for update");
    const both = Promise.all([
      own.send("DELETE", `/v1/api-keys/${idOf("admin of default")}`, { key: second.body.key }),
      own.send("DELETE", `/v1/api-keys/${idOf("second")}`, { key: first }),
    ]);
    await untilWaiting(own, 2);
    await gate.query("commit");
    expect((await both).map((reply) => reply.status).sort()).toEqual([204, 409]);
  } finally {
    await gate.end();
    await own.close();
  }
});

test("an answer repeated under an idempotency key leaves the key out, and nothing in the database holds it", async () => {
  const headers = { "idempotency-key": "make-once" };
  const first = await create({ name: "once", role: "viewer" }, headers);
  const again = await create({ name: "once", role: "viewer" }, headers);
  expect(again.status).toBe(201);
  expect(again.body.id).toBe(first.body.id);
  expect(again.body).not.toHaveProperty("key");
  const kept = await api.db.selectFrom("idempotencyKeys").selectAll().execute();
  expect(JSON.stringify(kept)).not.toContain(first.body.key);
});

test("an admin's key for a new team makes the team, and one with a team is refused", async () => {
  const made = await create({ name: "theirs", role: "operator", team: "other-game" });
  expect(made.body.team).toBe("other-game");
  expect(expectProblem(await create({ name: "theirs", role: "admin", team: "other-game" }), "invalid-request")).toEqual(
    ["/team"],
  );
});

test("use is noted at most once a minute", async () => {
  const { body: made } = await create({ name: "busy", role: "viewer" });
  const lastUse = async () => (await api.send("GET", `/v1/api-keys/${made.id}`, { key: admin })).body.lastUsedAt;
  expect(await lastUse()).toBeUndefined();
  await api.send("GET", "/v1/targets", { key: made.key });
  const noted = await lastUse();
  expect(noted).toBe(api.clock.now().toISOString());
  api.clock.advance(30_000);
  await api.send("GET", "/v1/targets", { key: made.key });
  expect(await lastUse()).toBe(noted);
  api.clock.advance(31_000);
  await api.send("GET", "/v1/targets", { key: made.key });
  expect(await lastUse()).toBe(api.clock.now().toISOString());
});

test("the engine of an operation is known by its token, and reaches nothing under /v1", async () => {
  const caller = {
    id: "op_1",
    name: "op_1",
    person: "test",
    role: "operator",
    team: "default",
    operation: { id: "op_1", stackId: "s", kind: "up" },
  } as const;
  const own = await startApi({
    operationTokens: { findCaller: async (token) => (token === "token-of-op-1" ? caller : undefined) },
  });
  try {
    expectProblem(await own.send("GET", "/v1/targets", { key: "token-of-op-1" }), "forbidden");
    expectProblem(await own.send("GET", "/v1/targets", { key: "token-of-op-2" }), "unauthenticated");
  } finally {
    await own.close();
  }
});

test("the first start makes one admin's key however many processes start; a given key makes none", async () => {
  const own = await startApi();
  try {
    // Nothing can be written until all three have looked for a key, or wait for their turn to look.
    const gate = new pg.Client({ connectionString: own.databaseUrl });
    await gate.connect();
    await gate.query("begin");
    await gate.query("lock table meridian.api_keys in share mode");
    const starting = Promise.all([1, 2, 3].map(() => ensureAdminKey(own.db)));
    await untilWaiting(own, 3);
    await gate.query("commit");
    await gate.end();
    const keys = await starting;
    const made = keys.filter((key) => key !== undefined);
    expect(made).toHaveLength(1);
    expect((await own.send("GET", "/v1/api-keys", { key: made[0] ?? "" })).status).toBe(200);
    const given = "a-key-that-somebody-chose-themselves";
    expect(await ensureAdminKey(own.db, { given })).toBeUndefined();
    expect(await ensureAdminKey(own.db, { given })).toBeUndefined();
    const { body } = await own.send("GET", "/v1/api-keys", { key: given });
    expect(body.items).toHaveLength(2);
    await own.send("DELETE", `/v1/api-keys/${body.items[0].id}`, { key: given });
    await ensureAdminKey(own.db, { given });
    expectProblem(await own.send("GET", "/v1/api-keys", { key: given }), "unauthenticated");
  } finally {
    await own.close();
  }
});

/** Waits until so many connections to the database wait for a lock. */
async function untilWaiting({ db }: Harness, count: number): Promise<void> {
  const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => (await waiting.execute(db)).rows.length, { timeout: 10_000 }).toBe(count);
}

test("a key belongs to the person that it was made for, in one spelling; without one to nobody by name", async () => {
  const { body: first } = await create({ name: "laptop", role: "operator", person: "  Ada@Studio.Example " });
  const { body: second } = await create({ name: "phone", role: "approver", person: "\uff21\u{1d403}a@studio.example" });
  expect(first.person).toBe("ada@studio.example");
  expect(second.person).toBe("ada@studio.example");
  const { body: nobodys } = await create({ name: "robot", role: "operator" });
  expect(nobodys.person).toBe(`key:${nobodys.id}`);
  const authenticator = createKeyAuthenticator({
    db: api.db,
    clock: api.clock,
    operationTokens: { findCaller: async () => undefined },
  });
  const persons = await Promise.all(
    [first, second, nobodys].map(async ({ key }) => (await authenticator.authenticate(`Bearer ${key}`)).person),
  );
  expect(persons).toEqual(["ada@studio.example", "ada@studio.example", `key:${nobodys.id}`]);
});

test.each([
  ["nothing", "  "],
  ["a line's end", "ada\u0000@studio.example"],
  ["a character that cannot be seen", "ada\u200b@studio.example"],
  ["a mark of direction", "ada\u202e@studio.example"],
  ["201 characters", "a".repeat(201)],
])("a person of %s is refused, and no key is made", async (_what, person) => {
  const reply = await create({ name: "masked", role: "approver", person });
  expect(expectProblem(reply, "invalid-request")).toEqual(["/person"]);
});

test("an admin who makes a key under another person's name is on record with it", async () => {
  const { body: made } = await create({ name: "for myself", role: "approver", person: "Grace@studio.example" });
  const { body: log } = await api.send("GET", "/v1/audit-log", { key: admin });
  expect(log.items.find((entry: { subject: string }) => entry.subject.endsWith(made.id))).toMatchObject({
    action: "api-key.create",
    actorName: "admin of default",
    details: { person: "grace@studio.example", role: "approver" },
  });
});
