import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { newId } from "../../api/base/ids.ts";
import { createLogger } from "../../api/base/logger.ts";
import { listenToDatabase, type Notifications } from "../../api/db/notifications.ts";
import { type AssignedPacks, createAssignedPacks } from "../../api/ownPacks/assignedPacks.ts";
import { deleteAssignment, insertAssignment, PACK_ASSIGNMENTS_CHANGED } from "../../api/ownPacks/assignmentStore.ts";
import { findPack, insertPack, type NewPack } from "../../api/ownPacks/ownPackStore.ts";
import { type Harness, startApi } from "./apiHarness.ts";

const place = { team: "default", stackSet: "launch", target: "live", environment: "production" } as const;
const about = { team: undefined, name: "studio-rules", version: "1.0.0" };
let api: Harness;
let packId: string;
let notifications: Notifications;
let listening: boolean;
let packs: AssignedPacks;

beforeAll(async () => {
  api = await startApi();
  await api.db.transaction().execute(async (tx) => {
    const rule: NewPack["policies"][number] = { name: "few", description: "", level: "mandatory", on: "stack" };
    const described = { description: "", policies: [rule], digest: "sha256:1" };
    const by = { kind: "rego", origin: { kind: "folder" }, publishedBy: "a test", archive: Buffer.from("") } as const;
    await insertPack(tx, { ...about, ...described, ...by });
  });
  packId = (await findPack(api.db, about, about))?.id ?? "";
  notifications = await listenToDatabase(
    api.databaseUrl,
    [PACK_ASSIGNMENTS_CHANGED],
    createLogger({ level: "silent" }),
  );
});
afterAll(async () => {
  await notifications.close();
  await api.close();
});

beforeEach(async () => {
  await api.db.deleteFrom("packAssignments").execute();
  listening = true;
  packs = createAssignedPacks({ db: api.db, clock: api.clock });
});

/** Hears nothing, and does not know it unless it is told. */
const deaf = { subscribe: () => () => undefined, isListening: () => listening };
const names = async () => (await packs.packsFor(place)).map(({ name }) => name);

async function assign(): Promise<string> {
  const id = newId("pa");
  const by = { imposed: false, assignedBy: "a test", assignedAt: api.clock.now() };
  await api.db.transaction().execute((tx) => insertAssignment(tx, { id, packId, ...by }));
  return id;
}
const unassign = (id: string) => api.db.transaction().execute((tx) => deleteAssignment(tx, id));

test("who hears of changes remembers what was read, and reads again when an assignment comes or goes elsewhere", async () => {
  packs.listenTo(notifications);
  expect(await names()).toEqual([]);
  const id = await assign();
  await vi.waitFor(async () => expect(await names()).toEqual(["studio-rules"]), 2_000);
  await unassign(id);
  await vi.waitFor(async () => expect(await names()).toEqual([]), 2_000);
});

test("what is remembered is forgotten at once when it is told to, and after three seconds where news is lost", async () => {
  packs.listenTo(deaf);
  expect(await names()).toEqual([]);
  const id = await assign();
  expect(await names()).toEqual([]);
  packs.forget();
  expect(await names()).toEqual(["studio-rules"]);
  await unassign(id);
  api.clock.advance(2_999);
  expect(await names()).toEqual(["studio-rules"]);
  api.clock.advance(1);
  expect(await names()).toEqual([]);
});

test("what was being read when an assignment changed is not remembered", async () => {
  packs.listenTo(deaf);
  const reading = names();
  packs.forget();
  await reading;
  await assign();
  expect(await names()).toEqual(["studio-rules"]);
});

test("who hears nothing reads each time, and so does who has stopped hearing", async () => {
  expect(await names()).toEqual([]);
  const id = await assign();
  expect(await names()).toEqual(["studio-rules"]);
  packs.listenTo(deaf);
  expect(await names()).toEqual(["studio-rules"]);
  await unassign(id);
  listening = false;
  expect(await names()).toEqual([]);
});

test("each place has its own answer", async () => {
  packs.listenTo(deaf);
  const by = { imposed: false, assignedBy: "a test", assignedAt: api.clock.now() };
  await api.db
    .transaction()
    .execute((tx) => insertAssignment(tx, { id: newId("pa"), packId, ...by, stackSet: "launch" }));
  expect(await names()).toEqual(["studio-rules"]);
  for (const other of [{ stackSet: "other" }, { environment: "staging", stackSet: "third" }] as const)
    expect(await packs.packsFor({ ...place, ...other })).toEqual([]);
  expect(await names()).toEqual(["studio-rules"]);
});
