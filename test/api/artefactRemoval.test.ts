import { sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { countHolders, deletePublication, lockArtefact } from "../../api/blueprints/blueprintStore.ts";
import { teamFolder } from "../support/teamArtefact.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
let key: string;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("operator");
  admin = await api.keyFor("admin");
});
afterAll(() => api.close());

const publish = (body: Record<string, unknown>, as = key) => api.send("POST", "/v1/blueprints", { key: as, body });

test("a team that gives an artefact up learns nothing of another that builds from the same", async () => {
  const { archive, digest } = teamFolder({}, { name: "shared" });
  const path = `/v1/blueprints/shared/versions/${digest}`;
  const other = await api.keyFor("operator", "rivals");
  await publish({ archive });
  await publish({ archive }, other);
  const body = { name: "theirs", blueprint: "shared", regions: ["eu-west-1"] };
  expect((await api.send("POST", "/v1/stack-sets", { key: other, body })).status).toBe(202);
  expect((await api.send("DELETE", path, { key })).status).toBe(204);
  expect((await api.send("GET", path, { key: other })).status).toBe(200);
  expectProblem(await api.send("DELETE", path, { key: other }), "invalid-transition");
});

test("publishing and removing one artefact at once ends as if one had come after the other", async () => {
  const { archive, digest } = teamFolder({}, { name: "contested" });
  const path = `/v1/blueprints/contested/versions/${digest}`;
  const other = await api.keyFor("operator", "rivals");
  const row = { name: "contested", digest, origin: JSON.stringify({ kind: "folder" }), publishedBy: "test" };
  await publish({ archive });
  const removed = await api.db.transaction().execute(async (tx) => {
    await tx
      .insertInto("blueprintPublications")
      .values({ ...row, team: "rivals" })
      .execute();
    const reply = api.send("DELETE", path, { key });
    await somebodyWaits();
    return { reply };
  });
  expect((await removed.reply).status).toBe(204);
  expect((await api.send("GET", path, { key: other })).status).toBe(200);

  const published = await api.db.transaction().execute(async (tx) => {
    await lockArtefact(tx, digest);
    expect(await countHolders(tx, { team: "rivals", digest })).toBe(0);
    const reply = publish({ archive });
    await somebodyWaits();
    await deletePublication(tx, { team: "rivals", name: "contested", digest });
    return { reply };
  });
  expect((await published.reply).status).toBe(201);
});

async function somebodyWaits(): Promise<void> {
  await vi.waitUntil(async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where not l.granted and a.datname = current_database()`.execute(api.db);
    return (rows[0]?.count ?? 0) > 0;
  }, 5_000);
}

test("an artefact can be removed while nothing was built from it, and not after", async () => {
  const { archive, digest } = teamFolder({}, { name: "passing" });
  const path = `/v1/blueprints/passing/versions/${digest}`;
  await publish({ archive });
  expectProblem(await api.send("DELETE", path, { key: await api.keyFor("operator", "rivals") }), "not-found");
  expect((await api.send("DELETE", path, { key })).status).toBe(204);
  expectProblem(await api.send("GET", path, { key }), "not-found");
  expect(await api.db.selectFrom("artefactArchives").selectAll().where("digest", "=", digest).execute()).toEqual([]);
  await publish({ archive });
  await api.send("POST", "/v1/stack-sets", {
    key,
    body: { name: "holder", blueprint: "passing", regions: ["eu-west-1"] },
  });
  const refused = await api.send("DELETE", path, { key });
  expectProblem(refused, "invalid-transition");
  expect(refused.body).toMatchObject({ holders: 1 });
  expectProblem(await api.send("DELETE", "/v1/blueprints/arena/versions/sha256:arena", { key }), "forbidden");
  expectProblem(
    await api.send("DELETE", "/v1/blueprints/arena/versions/sha256:arena", { key: admin }),
    "invalid-transition",
  );
});
