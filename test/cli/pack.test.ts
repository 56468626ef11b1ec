import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { unpackArtefact } from "../../programs/artefacts/archive.ts";
import { crossGuardFolder } from "../support/packArtefact.ts";
import { type FakeService, fakeService } from "./fakeService.ts";

const { files, digest } = crossGuardFolder();
const published = {
  name: "studio-rules",
  version: "1.0.0",
  digest,
  kind: "crossguard",
  team: "default",
  policies: [{ name: "no-wrong-things", level: "mandatory" }],
  publishedAt: "2026-11-21T12:00:00.000Z",
  publishedBy: "a key",
};
const assignment = {
  id: "pa_1",
  pack: "studio-rules",
  version: "1.0.0",
  team: "default",
  stackSet: "launch",
  level: "advisory",
  assignedBy: "a key",
};

let folder: string;
let service: FakeService;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-test-pack-"));
  for (const { path: at, content } of files) await writeFile(path.join(folder, at), content);
  service = await fakeService({
    "POST /v1/policy-packs": { status: 201, body: published },
    "GET /v1/policy-packs/studio-rules/versions": { status: 200, body: { items: [published] } },
    "GET /v1/policy-packs": { status: 200, body: { items: [published] } },
    "POST /v1/pack-assignments": { status: 201, body: assignment },
    "GET /v1/pack-assignments": { status: 200, body: { items: [assignment] } },
    "DELETE /v1/pack-assignments/pa_1": { status: 204 },
    "DELETE /v1/policy-packs/studio-rules/versions/1.0.0?team=default": { status: 204 },
  });
});
afterEach(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

test("a folder is packed as it is, without packages and hidden files, and its rules are shown", async () => {
  await symlink(path.resolve("node_modules"), path.join(folder, "node_modules"));
  await writeFile(path.join(folder, ".env"), "SECRET=1");
  const { exitCode, out, err } = await service.meridian("pack", "publish", folder);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  expect(out).toContain("no-wrong-things (mandatory)");
  const body = service.seen[0]?.body as { archive: string }; // what the command posts
  expect(body).toMatchObject({ digest, from: { kind: "folder" } });
  const packed = unpackArtefact(Buffer.from(body.archive, "base64"), digest);
  expect(packed.map(({ path: at }) => at).toSorted()).toEqual(files.map(({ path: at }) => at).toSorted());
});

test("a version is assigned where the options say, listed, and taken away", async () => {
  const assigned = await service.meridian(
    ...["pack", "assign", "studio-rules@1.0.0", "--stack-set", "launch", "--level", "advisory"],
  );
  expect(assigned).toMatchObject({ exitCode: 0, err: "" });
  expect(service.seen[0]?.body).toEqual({
    pack: "studio-rules",
    version: "1.0.0",
    stackSet: "launch",
    level: "advisory",
  });
  const { out } = await service.meridian("pack", "assignments");
  expect(out).toMatch(/pa_1 +studio-rules 1\.0\.0 +team default, stack set launch +advisory/);
  expect(await service.meridian("pack", "unassign", "pa_1")).toMatchObject({ exitCode: 0, err: "" });
});

test("a version is removed by its name, of the team that is said", async () => {
  const removed = await service.meridian("pack", "remove", "studio-rules@1.0.0", "--team", "default");
  expect(removed).toMatchObject({ exitCode: 0, out: "", err: "" });
  expect(service.seen.map(({ method, path: at }) => `${method} ${at}`)).toEqual([
    "DELETE /v1/policy-packs/studio-rules/versions/1.0.0?team=default",
  ]);
});

test("packs and their versions are listed", async () => {
  expect((await service.meridian("pack", "list")).out).toMatch(/studio-rules +1\.0\.0 +crossguard +default +1/);
  expect((await service.meridian("pack", "versions", "studio-rules")).out).toContain(digest);
});

test.each([
  [["pack", "publish"], /either a folder or --git/],
  [["pack", "assign", "studio-rules"], /<name>@<version>/],
  [["pack", "remove", "studio-rules"], /<name>@<version>/],
])("%j is refused with what to give", async (args, words) => {
  const { exitCode, err } = await service.meridian(...args);
  expect(exitCode).toBe(1);
  expect(err).toMatch(words);
});
