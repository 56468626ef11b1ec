import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Role } from "../../api/base/caller.ts";
import { openDatabase } from "../../api/db/database.ts";
import { migrate, migrateTo, migrationNames } from "../../api/db/migrate.ts";
import { testDatabase } from "../support/database.ts";
import { githubClaims, startIssuer, type TestIssuer } from "../support/issuer.ts";
import { expectProblem } from "./apiHarness.ts";
import { type ExemptionWorld, HOUR, startExemptionWorld } from "./exemptionWorld.ts";
import { sayingIdentities } from "./sayingIdentities.ts";

const ADA = "ada@studio.example";
const GRACE = "grace@studio.example";

let issuer: TestIssuer;
let { api, admin, keys, keyOf, makeKey, ask, act, show, liveIds }: ExemptionWorld = {} as ExemptionWorld; // given before the first test
beforeAll(async () => {
  ({ api, admin, keys, keyOf, makeKey, ask, act, show, liveIds } = await startExemptionWorld());
  issuer = await startIssuer(() => api.clock.now());
  const rule = (ref: string, role: string) => ({ claims: { repository: "org/game", ref }, role });
  const trusted = await api.send("POST", "/v1/identity-providers", {
    key: admin,
    body: {
      ...{ name: "github", issuer: issuer.url, audience: "meridian", team: "default", maxTtlSeconds: HOUR / 1_000 },
      rules: [rule("refs/heads/main", "operator"), rule("refs/heads/approvals", "approver")],
    },
  });
  expect(trusted.status, JSON.stringify(trusted.body)).toBe(201);
});
const { say, takeBack, saying } = sayingIdentities(() => ({ api, admin }));
afterAll(async () => {
  await issuer?.close();
  await api?.close();
});

/** A pipeline that somebody set going, by its issuer's word. @returns its token */
async function pipelineOf(actor: string | undefined, ref = "refs/heads/main"): Promise<string> {
  const subject_token = issuer.token({ ...githubClaims, ref, actor, jti: String(Math.random()) });
  const reply = await api.send("POST", "/v1/tokens/exchange", { body: { subject_token } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body.access_token;
}

async function nameless(role: Role): Promise<string> {
  await makeKey(`${role} of nobody`, role);
  return keyOf(`${role} of nobody`);
}

describe("whom nobody knows by name", () => {
  test.each([
    ["a key without a person", () => nameless("operator"), /"person"/],
    ["an admin's key without one", async () => admin, /POST \/v1\/identities/],
    ["a pipeline", () => pipelineOf("ada"), /"identity":"github:ada"/],
    ["a pipeline that nobody set going", () => pipelineOf(undefined), /github:sub:repo:org\/game/],
  ])("%s asks for nothing, and is told what to do", async (_who, keyOfIt, remedy) => {
    const before = await api.db.selectFrom("exemptions").select("id").execute();
    const reply = await ask({}, await keyOfIt());
    expectProblem(reply, "person-required");
    expect(reply.status).toBe(403);
    expect(reply.body.detail).toMatch(remedy);
    expect(await api.db.selectFrom("exemptions").select("id").execute()).toHaveLength(before.length);
  });

  test.each([
    ["a key without a person", () => nameless("approver")],
    ["an admin's key without one", async () => admin],
    ["a pipeline", () => pipelineOf("grace", "refs/heads/approvals")],
  ])("%s approves nothing", async (_who, keyOfIt) => {
    const { body } = await ask();
    expectProblem(await act(body.id, "approve", await keyOfIt()), "person-required");
    expect(await show(body.id)).toMatchObject({ status: "requested" });
  });

  test("what such a one asked for before persons were needed is approved by nobody", async () => {
    const { body } = await ask();
    await makeKey("old", "operator");
    await api.db
      .updateTable("exemptions")
      .set({ requester: `key:${keys["old"]?.id}`, requesterKey: keys["old"]?.id ?? "" })
      .where("id", "=", body.id)
      .execute();
    expectProblem(await act(body.id, "approve"), "person-required");
    expect(await liveIds()).not.toContain(body.id);
  });

  test("an identity passes for no person, nor does a person for an identity", async () => {
    for (const person of ["github:ada", "key:key_1", "Ada: the second", "ada\uff1abyron"]) {
      const made = await api.send("POST", "/v1/api-keys", {
        key: admin,
        body: { name: "x", role: "operator", person },
      });
      expect(expectProblem(made, "invalid-request")).toEqual(["/person"]);
      expect(expectProblem(await say("github:eve", person), "invalid-request")).toEqual(["/person"]);
    }
  });
});

describe("whose an identity is", () => {
  test("a pipeline that ada set going is ada: what it asks for grace approves, and ada does not", async () => {
    await makeKey("ada approves", "approver", { person: ADA });
    await saying("GitHub:ADA ", " Ada@Studio.Example", async () => {
      const { body, status } = await ask({}, await pipelineOf("AdA"));
      expect({ status, requester: body.requester }).toEqual({ status: 201, requester: ADA });
      const refused = await act(body.id, "approve", keyOf("ada approves"));
      expectProblem(refused, "second-person-required");
      expect(refused.body.detail).toContain(ADA);
      expect((await act(body.id, "approve")).body).toMatchObject({ status: "active", decided: { person: GRACE } });
    });
  });

  test("nor does a pipeline approve what the person asked for who set it going", async () => {
    await saying("github:ada", ADA, async () => {
      const { body } = await ask();
      const token = await pipelineOf("ada", "refs/heads/approvals");
      expectProblem(await act(body.id, "approve", token), "second-person-required");
    });
  });

  test("two names of one person are one person, said after the asking too", async () => {
    await makeKey("lovelace", "approver", { person: "ada.lovelace@studio.example" });
    const { body } = await ask();
    await saying("ada.lovelace@studio.example", ADA, async () => {
      expectProblem(await act(body.id, "approve", keyOf("lovelace")), "second-person-required");
    });
  });

  test("what another process was told counts at once for an approval", async () => {
    await makeKey("byron", "approver", { person: "ada.byron@studio.example" });
    const { body } = await ask();
    await api.send("GET", "/v1/exemptions", { key: keyOf("byron") }); // remembered from now on
    const said = { identity: "ada.byron@studio.example", person: ADA, createdBy: "x", createdAt: new Date() };
    await api.db.insertInto("identities").values(said).execute();
    expectProblem(await act(body.id, "approve", keyOf("byron")), "second-person-required");
    await api.db.updateTable("identities").set({ person: GRACE }).where("identity", "=", said.identity).execute();
    const approved = await act(body.id, "approve", keyOf("byron"));
    expect(approved.body).toMatchObject({ status: "active", decided: { person: GRACE } });
    const { body: log } = await api.send("GET", "/v1/audit-log", { key: admin });
    expect(log.items[0]).toMatchObject({ action: "exemption.approve", details: { requester: ADA, person: GRACE } });
    await takeBack(said.identity);
  });

  test("a key that was given to nobody is somebody's from when an admin says so, until that is taken back", async () => {
    await makeKey("shared", "operator");
    const identity = `key:${keys["shared"]?.id}`;
    await saying(identity, GRACE, async () => {
      const { body } = await ask({}, keyOf("shared"));
      expect(body.requester).toBe(GRACE);
      expectProblem(await act(body.id, "approve"), "second-person-required");
      expect((await act(body.id, "approve", keyOf("root"))).status).toBe(200);
    });
    expectProblem(await ask({}, keyOf("shared")), "person-required");
  });

  test("saying it anew makes nobody a second person for what was asked for under their name", async () => {
    const { body } = await saying("github:ada", GRACE, async () => ask({}, await pipelineOf("ada")));
    await saying("github:ada", ADA, async () => {
      expectProblem(await act(body.id, "approve"), "second-person-required");
      expect((await act(body.id, "approve", keyOf("root"))).status).toBe(200);
    });
  });

  test("what was approved stays so when it is taken back", async () => {
    const id = await saying("github:ada", ADA, async () => {
      const { body } = await ask({}, await pipelineOf("ada"));
      expect((await act(body.id, "approve")).status).toBe(200);
      return body.id;
    });
    expect(await show(id)).toMatchObject({ status: "active" });
    expect(await liveIds()).toContain(id);
  });
});

describe("a key that ends between asking and end", () => {
  test("an exemption stands when the keys of both are revoked after its approval: who wants its end withdraws it", async () => {
    await makeKey("went", "operator", { person: "went@studio.example" });
    await makeKey("gone", "approver", { person: "gone@studio.example" });
    const { body } = await ask({}, keyOf("went"));
    expect((await act(body.id, "approve", keyOf("gone"))).status).toBe(200);
    for (const name of ["went", "gone"])
      expect((await api.send("DELETE", `/v1/api-keys/${keys[name]?.id}`, { key: admin })).status).toBe(204);
    expect(await show(body.id)).toMatchObject({ status: "active" });
    expect(await liveIds()).toContain(body.id);
    expect((await act(body.id, "withdraw")).body).toMatchObject({ status: "withdrawn" });
    expect(await liveIds()).not.toContain(body.id);
  });

  test("a token of a pipeline that has ended by its time spoils neither what it asked for nor what it approved; it does nothing more", async () => {
    await say("github:ada", ADA);
    await say("github:grace", GRACE);
    const [asking, approving] = [await pipelineOf("ada"), await pipelineOf("grace", "refs/heads/approvals")];
    const endsAt = new Date(api.clock.now().getTime() + 3 * HOUR).toISOString();
    const [open, granted] = [await ask({ endsAt }, asking), await ask({ endsAt }, asking)];
    expect((await act(granted.body.id, "approve", approving)).status).toBe(200);
    api.clock.advance(HOUR);
    expectProblem(await act(open.body.id, "approve", approving), "unauthenticated");
    expectProblem(await ask({}, asking), "unauthenticated");
    expect(await liveIds()).toContain(granted.body.id);
    const forgotten = await ask({}, await pipelineOf("ada"));
    expect((await act(open.body.id, "approve")).body).toMatchObject({ status: "active", requester: ADA });
    await api.db.deleteFrom("apiKeys").where("identityProvider", "=", "github").execute(); // as a month later
    expectProblem(await act(forgotten.body.id, "approve"), "invalid-transition");
    for (const identity of ["github:ada", "github:grace"]) await takeBack(identity);
  });

  test("a trust that was deleted revokes what its pipelines asked for and nobody has approved", async () => {
    await saying("github:ada", ADA, async () => {
      const { body } = await ask({}, await pipelineOf("ada"));
      await api.db
        .updateTable("apiKeys")
        .set({ revokedAt: api.clock.now() })
        .where("identityProvider", "=", "github")
        .execute();
      expectProblem(await act(body.id, "approve"), "invalid-transition");
    });
  });
});

test("what pipelines' tokens were called before identities had a person is an identity since, and no person", async () => {
  const database = await testDatabase();
  const open = openDatabase(database.url, () => undefined);
  const before = migrationNames.slice(0, migrationNames.indexOf("0018_identities"));
  await open.db.transaction().execute((tx) => migrateTo(tx, before));
  await sql`insert into teams (name) values ('lobby')`.execute(open.db);
  await sql`insert into api_keys (id, name, person, role, team, hash, created_by, identity_provider)
    values ('tok_1', 'github:org/game', 'ada', 'operator', 'lobby', '\\x01', 'x', 'github'),
           ('key_1', 'ada', 'ada@studio.example', 'operator', 'lobby', '\\x02', 'x', null)`.execute(open.db);
  await migrate(open);
  const rows = await open.db.selectFrom("apiKeys").select(["id", "person"]).orderBy("id").execute();
  expect(rows).toEqual([
    { id: "key_1", person: ADA },
    { id: "tok_1", person: "github:ada" },
  ]);
  await open.close();
  await database.drop();
});
