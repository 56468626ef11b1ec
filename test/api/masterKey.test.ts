import { randomBytes } from "node:crypto";
import { chmod, chown, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { faultOfPrivacy } from "../../api/base/privateFile.ts";
import { readSettings } from "../../api/base/settings.ts";
import { commandKeySource } from "../../api/masterKeys/commandKeySource.ts";
import { fileKeySource } from "../../api/masterKeys/fileKeySource.ts";
import { rootKeys } from "../../api/masterKeys/rootKeys.ts";

const key = randomBytes(32);
const purpose = "meridian master key 2";
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "meridian-key-"));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

test("the first start makes a key that only its owner may read, and later starts find the same", async () => {
  const first = await fileKeySource(dataDir);
  expect(first.madeAt).toBe(path.join(dataDir, "master.key"));
  expect((await stat(path.join(dataDir, "master.key"))).mode & 0o777).toBe(0o600);
  const second = await fileKeySource(dataDir);
  expect(second.madeAt).toBeUndefined();
  expect(await second.unwrap(await first.wrap(key, purpose), purpose)).toEqual(key);
});

test("a key file that others may read is refused, with its mode and what to do", async () => {
  await fileKeySource(dataDir);
  await chmod(path.join(dataDir, "master.key"), 0o644);
  await expect(fileKeySource(dataDir)).rejects.toThrow(/mode 0644.*chmod 600/);
});

test("a key file of another user is refused, with its owner and what to do", async () => {
  expect(faultOfPrivacy("/keys/master.key", { mode: 0o600, uid: 1000 }, 1001)).toMatch(/the user 1000.*chown 1001/);
  expect(faultOfPrivacy("/keys/master.key", { mode: 0o400, uid: 0 }, 1001)).toBeUndefined();
  if (process.getuid?.() !== 0) return; // only root can give a file away, for the real thing
  await fileKeySource(dataDir);
  await chown(path.join(dataDir, "master.key"), 65534, 65534);
  await expect(fileKeySource(dataDir)).rejects.toThrow(/belongs to the user 65534/);
});

test("the file that a setting names for the key is held to the same", async () => {
  const file = path.join(dataDir, "key");
  await writeFile(file, key.toString("base64"), { mode: 0o640 });
  expect(() => readSettings({ MERIDIAN_MASTER_KEY_FILE: file })).toThrow(
    /MERIDIAN_MASTER_KEY_FILE: .*mode 0640.*chmod 600/,
  );
  await chmod(file, 0o600);
  expect(readSettings({ MERIDIAN_MASTER_KEY_FILE: file }).masterKeys).toEqual({
    source: "environment",
    keys: key.toString("base64"),
  });
});

test("a key source without its key, or a key without its source, is a fault of the configuration", () => {
  const faults = (env: NodeJS.ProcessEnv) => () => readSettings(env);
  expect(faults({ MERIDIAN_MASTER_KEY_SOURCE: "command" })).toThrow(/MERIDIAN_MASTER_KEY_COMMAND: must be given/);
  expect(faults({ MERIDIAN_MASTER_KEY_SOURCE: "environment" })).toThrow(/MERIDIAN_MASTER_KEY: must be given/);
  const both = { MERIDIAN_MASTER_KEY_SOURCE: "file", MERIDIAN_MASTER_KEY: key.toString("base64") };
  expect(faults(both)).toThrow(/MERIDIAN_MASTER_KEY: is not used by the key source file/);
});

test("a new root key stands before the old one, wraps, and the old one still unwraps", async () => {
  const [old, fresh] = [randomBytes(32).toString("base64"), randomBytes(32).toString("base64")];
  const of = (text: string) => rootKeys(text, { name: "environment", madeAt: undefined, where: "MERIDIAN_MASTER_KEY" });
  const before = await of(old).wrap(key, purpose);
  expect(await of(`${fresh}\n${old}\n`).unwrap(before, purpose)).toEqual(key);
  const after = await of(`${fresh} ${old}`).wrap(key, purpose);
  expect(await of(fresh).unwrap(after, purpose)).toEqual(key);
  await expect(of(fresh).unwrap(before, purpose)).rejects.toThrow(
    new RegExp(`master key 2 is wrapped under the root key ${before.root}.*Put the missing key back`),
  );
  await expect(of(fresh).unwrap(after, "meridian master key 3")).rejects.toThrow();
  expect(() => of("c2hvcnQ=")).toThrow(/holds 5 bytes; each must be 32/);
});

/** A key management service of four lines, which keeps its key to itself. */
const kms = (answer: string) => `#!${process.execPath}
const { createCipheriv, createDecipheriv } = require("node:crypto");
const key = Buffer.alloc(32, 9);
let text = "";
process.stdin.on("data", (part) => (text += part)).on("end", () => {
  const input = JSON.parse(text);
  const iv = Buffer.alloc(16, input.purpose.length);
  ${answer}
});
`;
const HONEST = `
  const of = process.argv[2] === "wrap" ? createCipheriv("aes-256-ctr", key, iv) : createDecipheriv("aes-256-ctr", key, iv);
  const bytes = of.update(Buffer.from(process.argv[2] === "wrap" ? input.key : input.wrapped, "base64")).toString("base64");
  console.log(JSON.stringify(process.argv[2] === "wrap" ? { root: "kms/alias", wrapped: bytes } : { key: bytes }));`;

async function command(answer: string): Promise<string> {
  const file = path.join(dataDir, "kms.cjs");
  await writeFile(file, kms(answer), { mode: 0o700 });
  return file;
}

test("a command stands for a key management service: keys go by pipes, and come back as they were", async () => {
  const source = commandKeySource(await command(HONEST));
  const wrapped = await source.wrap(key, purpose);
  expect(wrapped.root).toBe("kms/alias");
  expect(wrapped.wrapped).not.toEqual(key);
  expect(await source.unwrap(wrapped, purpose)).toEqual(key);
});

test("a command that fails, hangs, babbles or is not there is told with its complaint and without a key", async () => {
  const failing = commandKeySource(await command(`console.error("no access to the key ring"); process.exit(3);`));
  await expect(failing.wrap(key, purpose)).rejects.toThrow(/wrap ended with 3: no access to the key ring/);
  const hanging = commandKeySource(await command("setInterval(() => {}, 1000);"), 300);
  await expect(hanging.wrap(key, purpose)).rejects.toThrow(/was stopped after 300 ms/);
  const babbling = commandKeySource(await command(`console.log(JSON.stringify({ root: 7, wrapped: input.key }));`));
  const said = await babbling.wrap(key, purpose).catch(String);
  expect(said).toMatch(/does not answer as a key source does/);
  expect(said).not.toContain(key.toString("base64"));
  const short = commandKeySource(await command(`console.log(JSON.stringify({ key: "c2hvcnQ=" }));`));
  await expect(short.unwrap({ root: "r", wrapped: key }, purpose)).rejects.toThrow(/must be 32 bytes/);
  await expect(commandKeySource("/nowhere/kms").wrap(key, purpose)).rejects.toThrow(/cannot be run \(ENOENT\)/);
});
