import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { unpackArtefact } from "../../programs/artefacts/archive.ts";
import { teamFolder } from "../support/teamArtefact.ts";
import { type FakeService, fakeService } from "./fakeService.ts";

const run = promisify(execFile);
const { files, digest } = teamFolder();
const published = {
  name: "pets",
  digest,
  version: "1.0.0",
  title: "Pets",
  team: "default",
  publishedAt: "2026-11-21T12:00:00.000Z",
  publishedBy: "a key",
  publishedFrom: { kind: "folder" },
};

let folder: string;
let service: FakeService;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-test-publish-"));
  for (const { path: at, content } of files) await writeFile(path.join(folder, at), content);
  service = await fakeService({
    "POST /v1/blueprints": { status: 201, body: published },
    "GET /v1/blueprints/pets/versions": { status: 200, body: { items: [published] } },
  });
});
afterEach(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

interface Sent {
  readonly archive: string;
  readonly digest: string;
  readonly from: unknown;
}
const sent = () => service.seen[0]?.body as Sent; // what the command under test posts

test("a folder is packed as it is, without packages and hidden files, and its digest is sent along", async () => {
  await mkdir(path.join(folder, "node_modules/zod"), { recursive: true });
  await writeFile(path.join(folder, "node_modules/zod/index.js"), "");
  await writeFile(path.join(folder, ".env"), "SECRET=1");
  const { exitCode, out, err } = await service.meridian("blueprint", "publish", folder);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  expect(out).toContain(digest);
  expect(sent()).toMatchObject({ digest, from: { kind: "folder" } });
  const packed = unpackArtefact(Buffer.from(sent().archive, "base64"), digest);
  expect(packed.map(({ path: at }) => at).toSorted()).toEqual(files.map(({ path: at }) => at).toSorted());
});

test("a commit is packed as it was committed, and named by its hash whatever it was called", async () => {
  const git = (...args: string[]) =>
    run("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args]);
  await git("init", "--quiet", "--initial-branch", "main");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "first");
  const commit = (await git("rev-parse", "HEAD")).stdout.trim();
  await writeFile(path.join(folder, "program.ts"), "changed since");
  const { exitCode, err } = await service.meridian("blueprint", "publish", "--git", `${folder}#main`);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  expect(sent()).toMatchObject({ digest, from: { kind: "git", url: folder, commit } });
  const absent = await service.meridian("blueprint", "publish", "--git", `${folder}#nowhere`);
  expect(absent).toMatchObject({ exitCode: 1, err: expect.stringContaining("git says") });
});

test.each([
  ["without a manifest", () => rm(path.join(folder, "blueprint.json")), /blueprint\.json: it is missing/],
  ["with a link in it", () => symlink("/etc/passwd", path.join(folder, "link")), /link is no plain file/],
  ["that is not there", () => rm(folder, { recursive: true }), /cannot be read/],
])("a folder %s is refused before anything is sent", async (_, spoil, reason) => {
  await spoil();
  const { exitCode, err } = await service.meridian("blueprint", "publish", folder);
  expect(exitCode).toBe(1);
  expect(err).toMatch(reason);
  expect(service.seen).toEqual([]);
});

test.each([
  [["blueprint", "publish"], /either a folder or --git/],
  [["blueprint", "publish", ".", "--git", "x#y"], /either a folder or --git/],
  [["blueprint", "publish", "--git", "no-commit"], /not <url>#<commit>/],
  [["blueprint", "publish", "--git", "ext::sh -c id#main"], /not <url>#<commit>/],
  [["blueprint", "publish", "--git", "/tmp#main", "--path", "../.."], /out of the repository/],
])("%j is refused", async (args, reason) => {
  const { exitCode, err } = await service.meridian(...args);
  expect(exitCode).toBe(1);
  expect(err).toMatch(reason);
});

test("the versions of a blueprint are shown with who published them from where", async () => {
  const { out } = await service.meridian("blueprint", "versions", "pets");
  expect(out).toMatch(/sha256:\w+ +1\.0\.0 +2026-11-21T12:00:00\.000Z +a key +folder/);
});
