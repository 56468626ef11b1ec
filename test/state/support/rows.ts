import { newId } from "../../../api/base/ids.ts";
import { TEAM, type TestBackend } from "./testBackend.ts";

/** The target `live`: what the backend knows of it beside its row, a test says by `placement`. */
export async function insertTarget({ database: { db } }: TestBackend): Promise<void> {
  await db
    .insertInto("targets")
    .values({
      name: "live",
      cloud: "aws",
      account: "111111111111",
      environment: "production",
      regions: ["eu-west-1"],
      doors: [],
      credentials: "{}",
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** An operation of the target `live` that is running. @returns its id */
export async function insertOperation(backend: TestBackend, kind = "up"): Promise<string> {
  const { db } = backend.database;
  await insertTarget(backend);
  await db
    .insertInto("blueprintArtefacts")
    .values({ digest: "sha256:1", name: "b", version: "1", manifest: "{}", publishedBy: "x" })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const id = newId("op");
  const nothing = { stackSetId: null, stackSet: null, rollout: null, changes: null, applied: null, error: null };
  const notYet = { planDigest: null, estimate: null, approvedBy: null, cancelRequestedAt: null, startedAt: null };
  const place = { target: "live", cloud: "aws", region: "eu-west-1", blueprint: "b", blueprintDigest: "sha256:1" };
  await db
    .insertInto("operations")
    .values({
      ...{ id, kind, team: TEAM, stack: "some", inputs: "{}", status: "running", requestedBy: "x" },
      person: "x",
      ...{ ...nothing, ...notYet, ...place, finishedAt: null },
    })
    .execute();
  return id;
}
