import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Resource } from "../../../api/state/deployments/deployment.ts";
import { begun, deploymentOf, protocolClient, succeeded, thing } from "../support/protocolClient.ts";
import { startTestBackend, type TestBackend } from "../support/testBackend.ts";

const RESOURCES = 400;
/** Steps under way at a time. */
const TOGETHER = 10;

let backend: TestBackend;
beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

/** What the tables of the state take on disk, with their indexes; nothing is given back before a vacuum. */
async function bytesOnDisk(): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select sum(pg_total_relation_size(relid)) as bytes from pg_statio_user_tables`.execute(backend.database.db);
  return Number(rows[0]?.bytes);
}

const made = (index: number): Resource => {
  const id = `i-${randomBytes(8).toString("hex")}`;
  const inputs = {
    ami: `ami-${randomBytes(8).toString("hex")}`,
    instanceType: "c7g.large",
    tags: { Name: `fleet-${index}` },
  };
  const outputs = {
    ...inputs,
    id,
    arn: `arn:aws:ec2:eu-west-1:123456789012:instance/${id}`,
    privateIp: `10.0.0.${index % 250}`,
  };
  return {
    ...thing(`fleet-${index}`, inputs),
    id,
    outputs,
    dependencies: index > 0 ? [thing(`fleet-${index - 1}`).urn] : [],
  };
};

test(`a create of ${RESOURCES} resources writes at most three hundredths of what a file backend writes`, async () => {
  const client = protocolClient(backend);
  const update = await client.start(await client.makeStack());
  const before = await bytesOnDisk();
  const resources = Array.from({ length: RESOURCES }, (_, index) => made(index));
  let toFile = 0;
  for (let from = 0; from < RESOURCES; from += TOGETHER) {
    const some = resources.slice(from, from + TOGETHER);
    const begins = some.map((resource, index) => begun(from + index + 1, "creating", resource));
    const ends = some.map((resource, index) => succeeded(from + index + 1, resource));
    for (const batch of [begins, ends]) expect((await update.journal(...batch)).status).toBe(200);
    // A file backend writes all that is there, before each step and after it (pkg/backend/snapshot.go); its copies not counted.
    for (let length = from; length < from + TOGETHER; length += 1)
      toFile += 2 * JSON.stringify(deploymentOf(...resources.slice(0, length))).length;
  }
  expect((await update.complete()).status).toBe(200);
  const written = (await bytesOnDisk()) - before;
  expect(written).toBeGreaterThan(0);
  expect(written / toFile).toBeLessThan(0.03);
});
