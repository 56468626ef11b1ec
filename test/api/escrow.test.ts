import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../api/base/clock.ts";
import { createEscrowBox } from "../../api/escrow/escrowBox.ts";
import type { EscrowFolder } from "../../api/escrow/escrowFolder.ts";
import { startEscrowLoop } from "../../api/escrow/escrowLoop.ts";
import { createEscrowMirror } from "../../api/escrow/escrowMirror.ts";
import { readLag } from "../../api/escrow/escrowStore.ts";
import { fileEscrowFolder } from "../../api/escrow/fileEscrowFolder.ts";
import type { StateCopy } from "../../api/state/index.ts";
import { openEscrowBox } from "../../cli/escrow/openEscrowBox.ts";
import { begun, protocolClient, succeeded, thing } from "../state/support/protocolClient.ts";
import { startTestBackend, TEAM, type TestBackend } from "../state/support/testBackend.ts";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const keys = generateKeyPairSync("x25519");
const publicKey = keys.publicKey.export({ format: "jwk" }).x ?? "";
const box = createEscrowBox(publicKey);

let backend: TestBackend;
let root: string;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "meridian-escrow-"));
  await backend.database.db.deleteFrom("escrowCopies").execute();
});
afterEach(() => rm(root, { recursive: true, force: true }));

function mirror(folder: EscrowFolder = fileEscrowFolder(root), sealedBy = box) {
  const made = createEscrowMirror({
    db: backend.database.db,
    copies: backend.state.copies,
    folder,
    box: sealedBy,
    clock: systemClock,
  });
  return async () => {
    let all = 0;
    for (let done = 1; done > 0; all += done) done = await made.copyDue(await made.place());
    return all;
  };
}

async function newStack() {
  const client = protocolClient(backend);
  const stack = await client.makeStack();
  const { id } = (await backend.call("GET", stack)).body;
  return { client, stack, id: String(id), folder: path.join(root, "stacks", String(id)) };
}

async function encrypt(stack: string, text: string): Promise<string> {
  const body = { plaintext: Buffer.from(text).toString("base64") };
  return (await backend.call("POST", `${stack}/encrypt`, { body })).body.ciphertext;
}

/** One update that makes the things named, with a configuration. */
async function update({ client, stack }: Awaited<ReturnType<typeof newStack>>, names: readonly string[], inputs = {}) {
  const running = await client.start(stack);
  for (const [index, name] of names.entries())
    await running.journal(begun(index + 1, "creating", thing(name, inputs)), succeeded(index + 1, thing(name, inputs)));
  await running.complete();
}

async function copiesIn(folder: string): Promise<readonly StateCopy[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sealed")).toSorted();
  const opened = [];
  for (const name of names)
    opened.push(openEscrowBox(await readFile(path.join(folder, name)), keys.privateKey).content);
  return opened.map((content) => JSON.parse(content) as StateCopy); // what the mirror writes
}

test("every ended version is copied once, in order, with its secrets in clear for the holder of the key alone", async () => {
  const made = await newStack();
  const copy = mirror();
  const ciphertext = await encrypt(made.stack, '"swordfish"');
  await update(made, ["a"], { password: { ...SECRET, ciphertext } });
  expect(await copy()).toBeGreaterThan(0);
  await update(made, ["b"]);
  await update(made, ["c"]);
  expect(await copy()).toBe(2);
  expect(await copy()).toBe(0);

  const copies = await copiesIn(made.folder);
  expect(copies.map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(copies[0]?.state.deployment.resources?.[0]?.inputs).toEqual({
    password: { ...SECRET, plaintext: '"swordfish"' },
  });
  expect(copies[2]?.lineage.map(({ version }) => version)).toEqual([3, 2, 1]);
  for (const name of await readdir(made.folder))
    expect(await readFile(path.join(made.folder, name), "latin1")).not.toContain("swordfish");
});

test("an update that runs is not copied, and not kept waiting", async () => {
  const made = await newStack();
  const running = await made.client.start(made.stack);
  await running.journal(begun(1, "creating", thing("a")));
  await mirror()();
  expect(await readdir(path.join(root, "stacks"))).not.toContain(made.id);
  expect((await running.journal({ ...succeeded(1, thing("a")), sequenceID: 2 })).status).toBe(200);
  await running.complete();
  await mirror()();
  expect(await copiesIn(made.folder)).toHaveLength(1);
});

test("the configuration goes with the state: secrets in clear, those of another secrets manager left out", async () => {
  const made = await newStack();
  const secure = await encrypt(made.stack, "swordfish");
  const config = {
    "game:password": { string: secure, secret: true, object: false },
    "game:nested": { string: `{"deep":{"secure":"${secure}"},"open":1}`, secret: true, object: true },
    "game:foreign": { string: "v1:abc:def", secret: true, object: false },
    "game:region": { string: "eu", secret: false, object: false },
  };
  const { body } = await backend.call("POST", `${made.stack}/update`, { body: { config, options: {}, metadata: {} } });
  const started = await backend.call("POST", `${made.stack}/update/${body.updateID}`, { body: { journalVersion: 1 } });
  const authorization = `update-token ${started.body.token}`;
  await backend.call("POST", `${made.stack}/update/${body.updateID}/complete`, {
    authorization,
    body: { status: "succeeded" },
  });
  await mirror()();
  expect((await copiesIn(made.folder))[0]?.config).toEqual({
    "game:password": { value: "swordfish", secret: true },
    "game:nested": {
      value: '{"deep":"swordfish","open":1}',
      objectValue: { deep: "swordfish", open: 1 },
      secret: true,
    },
    "game:region": { value: "eu", secret: false },
  });
});

test("a copy that was cut off by a crash is made again, and nothing is ever half there", async () => {
  const made = await newStack();
  await update(made, ["a"]);
  const real = fileEscrowFolder(root);
  const crashing: EscrowFolder = {
    ...real,
    async put(name, bytes) {
      await real.put(name, bytes);
      if (name.includes(made.id)) throw new Error("the process dies before it notes the copy");
    },
  };
  await expect(mirror(crashing)()).rejects.toThrow(/dies/);
  expect(await copiesIn(made.folder)).toHaveLength(1);
  await mirror()();
  expect((await copiesIn(made.folder)).map(({ version }) => version)).toEqual([1, 1]);

  // What a crash in the middle of writing leaves behind is never taken for a copy.
  await writeFile(path.join(made.folder, "0000000009.sealed.abc.unfinished"), "half");
  await update(made, ["b"]);
  await mirror()();
  expect((await copiesIn(made.folder)).map(({ version }) => version)).toEqual([1, 1, 2]);
});

test("a stack that cannot be copied keeps no other one waiting", async () => {
  const [broken, sound] = [await newStack(), await newStack()];
  await update(broken, ["a"]);
  await update(sound, ["a"]);
  const real = fileEscrowFolder(root);
  const put: EscrowFolder["put"] = async (name, bytes) => {
    if (name.includes(broken.id)) throw new Error("this one cannot be written");
    await real.put(name, bytes);
  };
  await expect(mirror({ ...real, put })()).rejects.toThrow(/cannot be written/);
  expect(await copiesIn(sound.folder)).toHaveLength(1);
});

test("another key or an emptied folder is begun from the start, with the newest version", async () => {
  const made = await newStack();
  await update(made, ["a"]);
  await update(made, ["b"]);
  await mirror()();
  const other = generateKeyPairSync("x25519");
  await mirror(fileEscrowFolder(root), createEscrowBox(other.publicKey.export({ format: "jwk" }).x ?? ""))();
  const newest = (await readdir(made.folder)).toSorted().at(-1) ?? "";
  expect(openEscrowBox(await readFile(path.join(made.folder, newest)), other.privateKey).header).toMatchObject({
    version: 2,
  });

  await rename(root, `${root}-lost`);
  await mirror()();
  expect((await copiesIn(made.folder)).map(({ version }) => version)).toEqual([2]);
  await rm(`${root}-lost`, { recursive: true });
});

test("a stack that is gone is told, one with another name is copied under it, and the tenth copy pushes out the first", async () => {
  const [gone, named] = [await newStack(), await newStack()];
  await update(gone, ["a"]);
  for (let each = 0; each < 12; each += 1) await update(named, []);
  await mirror()();
  for (let each = 0; each < 11; each += 1) await update(named, [`t${each}`]);
  await backend.state.removeStack(gone.id, { force: true });
  await backend.call("POST", `${named.stack}/rename`, { body: { newName: "renamed", newProject: "" } });
  await mirror()();
  expect(await readdir(gone.folder)).toContain("removed.json");
  const copies = await copiesIn(named.folder);
  expect(copies).toHaveLength(10);
  expect(copies.at(-1)).toMatchObject({ version: 24, stack: { team: TEAM, project: "game", name: "renamed" } });
  await backend.database.db.updateTable("stacks").set({ name: "renamed-again" }).where("id", "=", named.id).execute();
  await mirror()();
  expect((await copiesIn(named.folder)).at(-1)).toMatchObject({ version: 24, stack: { name: "renamed-again" } });
});

test("the lag is told while the folder cannot be written, and updates go on; copies follow when it can", async () => {
  await mirror()();
  const made = await newStack();
  const [lines, logger] = [[] as string[], pino({}, { write: (line: string) => void lines.push(line) })];
  const real = fileEscrowFolder(root);
  let broken = true;
  const folder: EscrowFolder = {
    ...real,
    async put(name, bytes) {
      if (broken) throw new Error("no space left on device");
      await real.put(name, bytes);
    },
  };
  const { db } = backend.database;
  const escrow = createEscrowMirror({ db, copies: backend.state.copies, folder, box, clock: systemClock });
  const loop = startEscrowLoop({ db, mirror: escrow, folder, logger, everyMs: 20 });
  await update(made, ["a"]);
  await vi.waitFor(() => expect(loop.describe()).rejects.toThrow("copies wait: no space left on device"));
  expect((await loop.lag()).stacks).toBe(1);
  expect((await readLag(db, await escrow.place())).seconds).toBeGreaterThan(0);
  broken = false;
  await vi.waitFor(async () => expect(await loop.describe()).toBe("all stacks are copied"));
  expect(lines.filter((line) => line.includes("cannot be written"))).toHaveLength(1);
  await loop.stop();
});

test("a file that was changed anywhere, or sealed for somebody else, does not open", async () => {
  const sealed = box.seal({ version: 1 }, "content");
  expect(openEscrowBox(sealed, keys.privateKey)).toMatchObject({ header: { version: 1 }, content: "content" });
  for (let index = 0; index < sealed.length; index += 3) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(() => openEscrowBox(changed, keys.privateKey), `byte ${index}`).toThrow();
  }
  for (let length = 0; length < sealed.length; length += 5)
    expect(() => openEscrowBox(sealed.subarray(0, length), keys.privateKey)).toThrow();
  expect(() => openEscrowBox(sealed, generateKeyPairSync("x25519").privateKey)).toThrow(/sealed for another key/);
});

test("the folder and its files are readable by their owner alone", async () => {
  await chmod(root, 0o700);
  await fileEscrowFolder(root).put("stacks/a/1.sealed", Buffer.from("x"));
  const { stat } = await import("node:fs/promises");
  expect((await stat(path.join(root, "stacks/a/1.sealed"))).mode & 0o077).toBe(0);
  expect((await stat(path.join(root, "stacks/a"))).mode & 0o077).toBe(0);
});
