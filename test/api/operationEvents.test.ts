import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import { refusedInputs } from "../../api/operations/operationEnds.ts";
import { appendOperationEvents, readErrors, readEvents } from "../../api/operations/operationEvents.ts";
import { endOperation, findOperation, insertOperation } from "../../api/operations/operationStore.ts";
import { insertRollout } from "../../api/rollouts/rolloutStore.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

let database: TestDatabase;
let open: OpenDatabase;

beforeAll(async () => {
  database = await testDatabase();
  open = openDatabase(database.url, () => undefined);
  await migrate(open);
  const { db } = open;
  await db.insertInto("teams").values({ name: "default" }).execute();
  await db
    .insertInto("targets")
    .values({
      name: "sandbox",
      cloud: "sandbox",
      account: "0",
      environment: "development",
      regions: [],
      doors: [],
      credentials: "{}",
    })
    .execute();
  await db
    .insertInto("blueprintArtefacts")
    .values({ digest: "sha256:a", name: "arena", version: "1.0.0", manifest: "{}", publishedBy: "test" })
    .execute();
  const set = await db
    .insertInto("stackSets")
    .values({
      team: "default",
      name: "launch",
      blueprint: "arena",
      blueprintDigest: "sha256:a",
      target: "sandbox",
      regions: [],
      inputs: "{}",
      status: "active",
      createdBy: "test",
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const common = { team: "default", stackSetId: set.id, stackSet: "launch", requestedBy: "test", person: "test" };
  await db.transaction().execute(async (tx) => {
    await insertRollout(tx, { ...common, id: "ro_1", kind: "create", generation: 1, plan: [] });
    const where = { stack: "launch.sandbox.eu-west-1", target: "sandbox", cloud: "sandbox", region: "eu-west-1" };
    const what = { blueprint: "arena", blueprintDigest: "sha256:a", inputs: {}, kind: "up" as const, rollout: "ro_1" };
    await insertOperation(tx, { ...common, ...where, ...what, id: "op_1" });
  });
});

afterAll(async () => {
  await open.close();
  await database.drop();
});

const diagnostic = (message: string) => ({
  type: "diagnostic" as const,
  data: { operation: "op_1", severity: "error", message },
});

test("writers of one log take turns: no number is used twice and none is left out", async () => {
  const writes = Array.from({ length: 20 }, (_, n) =>
    appendOperationEvents(open.db, "op_1", [diagnostic(`a${n}`), diagnostic(`b${n}`)]),
  );
  await Promise.all(writes);
  for (const subject of ["op_1", "ro_1"]) {
    const events = await readEvents(open.db, { subject, after: 0 });
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  }
  expect((await readEvents(open.db, { subject: "op_1", after: 1 })).length).toBe(40);
});

test("what an engine prints is kept, null characters left out and backslashes as they are", async () => {
  const { sequence } = (await readEvents(open.db, { subject: "op_1", after: 0 })).at(-1) ?? { sequence: 0 };
  await appendOperationEvents(open.db, "op_1", [diagnostic("one\0two C:\\u0000 three")]);
  const [event] = await readEvents(open.db, { subject: "op_1", after: sequence });
  expect(event?.data["message"]).toBe("onetwo C:\\u0000 three");
  expect((await readErrors(open.db, "op_1")).at(-1)).toBe("onetwo C:\\u0000 three");
});

test("the end of an operation is no end of its rollout", async () => {
  await appendOperationEvents(open.db, "op_1", [{ type: "end", data: { operation: "op_1", status: "succeeded" } }]);
  const ofRollout = await readEvents(open.db, { subject: "ro_1", after: 0 });
  expect(ofRollout.map(({ type }) => type)).not.toContain("end");
  expect(ofRollout.at(-1)).toMatchObject({ type: "status", data: { status: "succeeded" } });
});

test("an operation ends also where a program's refusal has text that jsonb cannot hold", async () => {
  const refusal = refusedInputs("arena", [{ pointer: "/words", detail: "no \0 nor \ud800" }]);
  await open.db.transaction().execute((tx) => endOperation(tx, "op_1", refusal, ["queued"]));
  const { error } = (await findOperation(open.db, "op_1")) ?? {};
  expect(error).toMatchObject({ errors: [{ pointer: "/inputs/words", detail: "no \ufffd nor \ufffd" }] });
});
