import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { sayingIdentities } from "./sayingIdentities.ts";

const ADA = "ada@studio.example";
const GRACE = "grace@studio.example";

let api: Harness;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  admin = await api.keyFor("admin");
});
afterAll(() => api?.close());
const { say, takeBack, saying } = sayingIdentities(() => ({ api, admin }));

describe("what admins say of identities", () => {
  test("is one spelling, is listed by person, and is on record", async () => {
    await saying("GitHub:Eve", "Eve@Studio.example", async () => {
      const listed = await api.send("GET", "/v1/identities?person=EVE@studio.example", { key: admin });
      expect(listed.body.items).toMatchObject([{ identity: "github:eve", person: "eve@studio.example" }]);
      const one = await api.send("GET", "/v1/identities/github%3Aeve", { key: admin });
      expect(one.body).toEqual(listed.body.items[0]);
    });
    const { body: log } = await api.send("GET", "/v1/audit-log", { key: admin });
    const details = { person: "eve@studio.example" };
    expect(log.items.slice(0, 2)).toMatchObject([
      { action: "identity.delete", subject: "/v1/identities/github%3Aeve", details },
      { action: "identity.create", subject: "/v1/identities/github%3Aeve", details },
    ]);
    expectProblem(await api.send("GET", "/v1/identities/github%3Aeve", { key: admin }), "not-found");
    expectProblem(await takeBack("github:eve"), "not-found");
  });

  test("leads to a person in one step, once", async () => {
    await saying("github:ada", ADA, async () => {
      expectProblem(await say("GITHUB:ada", GRACE), "already-exists");
      expectProblem(await say(ADA, GRACE), "invalid-transition");
      await saying("old@studio.example", GRACE, async () => {
        expectProblem(await say("github:old", "old@studio.example"), "invalid-transition");
      });
    });
  });

  test("waits for what another admin is just saying, so that two steps do not come of it", async () => {
    const waiting = sql<{ there: boolean }>`select exists (
      select from pg_locks where relation = 'identities'::regclass and not granted) as there`;
    const saidMeanwhile = await api.db.transaction().execute(async (tx) => {
      const said = { identity: "one@x", person: "two@x", createdBy: "x", createdAt: new Date() };
      await tx.insertInto("identities").values(said).execute();
      const reply = say("github:ring", "one@x");
      await expect.poll(async () => (await waiting.execute(tx)).rows[0]?.there, { timeout: 5_000 }).toBe(true);
      return { reply };
    });
    expectProblem(await saidMeanwhile.reply, "invalid-transition");
    await takeBack("one@x");
  });

  test.each([
    ["nothing", " ", ADA, "/identity"],
    ["a zero", "github:a\u0000da", ADA, "/identity"],
    ["a character that cannot be seen", "github:a\u200bda", ADA, "/identity"],
    ["301 characters", "a".repeat(301), ADA, "/identity"],
    ["the person's own name", "ADA@studio.example", ADA, "/identity"],
    ["a person of nothing", "github:ada", "", "/person"],
  ])("%s is refused with a pointer to it", async (_what, identity, person, pointer) => {
    expect(expectProblem(await say(identity, person), "invalid-request")).toEqual([pointer]);
  });
});

test.each([
  "/v1/identities/github%3A%00",
  "/v1/identities/%20",
  "/v1/identities?person=%00",
  "/v1/identities?person=%20",
])("%s finds nothing, and breaks nothing", async (path) => {
  const reply = await api.send("GET", path, { key: admin });
  expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500);
  expect(reply.body.items ?? []).toEqual([]);
});
