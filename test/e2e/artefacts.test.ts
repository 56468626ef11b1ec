import { createHash } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unpackArtefact } from "../../programs/artefacts/archive.ts";
import { textOf } from "../../programs/artefacts/artefactFile.ts";
import { freePort } from "../../toolchain/index.ts";
import { testDatabase } from "../support/database.ts";
import { sandboxResources, untilEnded } from "../support/operations.ts";
import { endProcess, startTestService, type TestService } from "../support/service.ts";
import { teamFolder } from "../support/teamArtefact.ts";
import { makeRelease, type Release } from "./releases/release.ts";

const PATIENCE = 900_000;
const SETS = 10;
const regions = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-northeast-1"];
const unchanged = { create: 0, update: 0, replace: 0, delete: 0 };

let dataDir: string;
let database: Awaited<ReturnType<typeof testDatabase>>;
let place: { dataDir: string; databaseUrl: string; port: number };
let before: Release;
let after: Release;
let service: TestService;

beforeAll(async () => {
  [before, after] = await Promise.all([
    makeRelease({ prefix: "old" }),
    makeRelease({ prefix: "new", randomVersion: "4.99.0" }),
  ]);
  dataDir = await mkdtemp(path.join(tmpdir(), "meridian-artefacts-"));
  database = await testDatabase();
  place = { dataDir, databaseUrl: database.url, port: await freePort() };
  service = await startTestService({ main: before.main, place });
}, 120_000);
afterAll(async () => {
  const sandbox = await service?.sandboxPid().catch(() => undefined);
  await service?.close();
  if (sandbox !== undefined) await endProcess(sandbox);
  await database?.drop();
  await Promise.all([before?.remove(), after?.remove()]);
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}, 60_000);

async function create(name: string, blueprint: string, where = regions, inputs: unknown = {}): Promise<void> {
  const { status, body } = await service.call("POST", "/v1/stack-sets", {
    body: { name, blueprint, regions: where, inputs },
  });
  expect(status, JSON.stringify(body)).toBe(202);
  const rollout = await untilEnded(service, `/v1/rollouts/${body.id}`, PATIENCE);
  expect(rollout, JSON.stringify(rollout.error)).toMatchObject({ status: "succeeded" });
}

async function operate(stack: string, body: Readonly<Record<string, unknown>>) {
  const reply = await service.call("POST", `/v1/stacks/${stack}/operations`, { body });
  expect(reply.status, JSON.stringify(reply.body)).toBe(202);
  return untilEnded(service, `/v1/operations/${reply.body.id}`, PATIENCE);
}

const digestOf = async (route: string): Promise<string> => (await service.call("GET", route)).body.digest;
const petOf = async (stack: string): Promise<string> =>
  (await service.call("GET", `/v1/stacks/${stack}`)).body.outputs.pet;

/** What somebody does who runs hosts without a registry: the modules of an older release are kept and brought. */
async function bringModules(digest: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ archive: Buffer }>(
    "select archive from meridian.artefact_archives where digest = $1",
    [digest],
  );
  await client.end();
  const lock = textOf(unpackArtefact(rows[0]?.archive ?? Buffer.alloc(0), digest), "package-lock.json") ?? "";
  const folder = path.join(dataDir, "runner/modules", createHash("sha256").update(lock).digest("hex"));
  await mkdir(folder, { recursive: true });
  await symlink(await realpath("node_modules"), path.join(folder, "node_modules"));
}

test("50 stacks stay as they are when the blueprint, its provider and the service change; a region moves forward and back", {
  timeout: PATIENCE,
}, async () => {
  const names = Array.from({ length: SETS }, (_, at) => `set-${at}`);
  await Promise.all(names.map((name) => create(name, "small")));
  const old = await digestOf("/v1/blueprints/small");
  const stacks = names.flatMap((name) => regions.map((region) => `${name}.sandbox.${region}`));
  expect(stacks).toHaveLength(50);

  await service.kill("SIGTERM");
  await before.remove();
  await bringModules(old);
  service = await startTestService({ main: after.main, place });
  const present = await digestOf("/v1/blueprints/small");
  expect(present).not.toBe(old);
  const { body: versions } = await service.call("GET", "/v1/blueprints/small/versions");
  expect(versions.items.map(({ digest }: { digest: string }) => digest)).toEqual([present, old]);

  const previews = await Promise.all(stacks.map((stack) => operate(stack, { kind: "preview" })));
  for (const preview of previews) {
    expect(preview, JSON.stringify(preview.error)).toMatchObject({
      status: "succeeded",
      blueprintDigest: old,
      changes: unchanged,
    });
  }

  const [moved = "", left = ""] = stacks;
  expect(await operate(moved, { kind: "preview", blueprintDigest: "latest" })).toMatchObject({
    blueprintDigest: present,
    changes: { replace: 1 },
  });
  const first = await petOf(moved);
  expect(first).toMatch(/^old-/);
  const forward = await operate(moved, { kind: "up", blueprintDigest: present });
  expect(forward, JSON.stringify(forward.error)).toMatchObject({ status: "succeeded", applied: { replace: 1 } });
  expect(await petOf(moved)).toMatch(/^new-/);
  const stays = await operate(moved, { kind: "preview" });
  expect(stays).toMatchObject({ blueprintDigest: present, changes: unchanged });
  expect((await service.call("GET", `/v1/stacks/${moved}`)).body).toMatchObject({ blueprintDigest: present });
  expect((await service.call("GET", `/v1/stacks/${left}`)).body).toMatchObject({ blueprintDigest: old });

  const back = await operate(moved, { kind: "up", blueprintDigest: old });
  expect(back, JSON.stringify(back.error)).toMatchObject({ status: "succeeded", applied: { replace: 1 } });
  expect(await petOf(moved)).toMatch(/^old-/);
  expect(await operate(moved, { kind: "preview" })).toMatchObject({ blueprintDigest: old, changes: unchanged });
});

test("a team's own blueprint is published, built, refused by its own program, moved and torn down", {
  timeout: PATIENCE,
}, async () => {
  const [one, two] = [teamFolder(), teamFolder({}, { prefix: "b" })];
  for (const { archive } of [one, two]) {
    expect((await service.call("POST", "/v1/blueprints", { body: { archive } })).status).toBe(201);
  }
  await bringModules(one.digest);
  const body = {
    name: "pets",
    blueprint: "pets",
    regions: ["eu-west-1"],
    blueprintDigest: one.digest,
    inputs: { loud: true, words: 4 },
  };
  const refused = await service.call("POST", "/v1/stack-sets", { body });
  expect(refused.status).toBe(202);
  const rollout = await untilEnded(service, `/v1/rollouts/${refused.body.id}`, PATIENCE);
  const operation = (await service.call("GET", `/v1/operations/${rollout.regions[0].operation}`)).body;
  expect(operation).toMatchObject({
    status: "failed",
    error: {
      code: "inputs-refused",
      errors: [{ pointer: "/inputs/words", detail: "give at most 3 words where loud is true" }],
    },
  });
  expect(await sandboxResources(service, "?stack=meridian/pets.sandbox.eu-west-1")).toEqual([]);

  const { headers } = await service.call("GET", "/v1/stack-sets/pets");
  const patched = await service.call("PATCH", "/v1/stack-sets/pets", {
    body: { inputs: { words: 3 }, blueprintDigest: "latest" },
    headers: { "if-match": headers.get("etag") ?? "" },
  });
  const moved = await untilEnded(service, `/v1/rollouts/${patched.body.id}`, PATIENCE);
  expect(moved, JSON.stringify(moved.error)).toMatchObject({ status: "succeeded" });
  expect((await service.call("GET", "/v1/stacks/pets.sandbox.eu-west-1")).body).toMatchObject({
    blueprintDigest: two.digest,
    outputs: { name: expect.stringMatching(/^b-/), region: "eu-west-1" },
  });
  const gone = await service.call("DELETE", "/v1/stack-sets/pets");
  expect(await untilEnded(service, `/v1/rollouts/${gone.body.id}`, PATIENCE)).toMatchObject({ status: "succeeded" });
});
