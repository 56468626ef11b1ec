import { afterAll, beforeAll, expect, test } from "vitest";
import { readVerdicts } from "../../api/operations/operationStore.ts";
import { type EditWorld, startEditWorld, store } from "./support/editWorld.ts";
import { insertOperation } from "./support/rows.ts";

let world: EditWorld;
beforeAll(async () => {
  world = await startEditWorld();
});
afterAll(() => world.close());

test("a teardown that is judged again, after a control process died in between, has each verdict once", async () => {
  const { backend, stackOf } = world;
  const name = (await stackOf(store())).split("/").at(-1) ?? "";
  const { db } = backend.database;
  const { id: stackId } = await db.selectFrom("stacks").select("id").where("name", "=", name).executeTakeFirstOrThrow();
  const operation = await insertOperation(backend);
  const first = await backend.state.judgeTeardown({ stackId, operation });
  expect(first.verdicts.length).toBeGreaterThan(0);
  await backend.state.judgeTeardown({ stackId, operation });
  const kept = (await readVerdicts(db, [operation])).get(operation) ?? [];
  expect(kept.length).toBe(first.verdicts.length);
});
