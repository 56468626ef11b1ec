import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadMasterKey } from "../../api/base/masterKey.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "meridian-key-"));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

test("the first start makes a key that only its owner may read, and later starts find the same", async () => {
  const first = await loadMasterKey(undefined, dataDir);
  expect(first.madeAt).toBe(path.join(dataDir, "master.key"));
  expect((await stat(path.join(dataDir, "master.key"))).mode & 0o777).toBe(0o600);
  const second = await loadMasterKey(undefined, dataDir);
  expect(second.madeAt).toBeUndefined();
  expect(second.masterKey(1)).toEqual(first.masterKey(1));
});

test("a key that others may read is refused", async () => {
  await loadMasterKey(undefined, dataDir);
  await chmod(path.join(dataDir, "master.key"), 0o644);
  await expect(loadMasterKey(undefined, dataDir)).rejects.toThrow(/mode 0644.*chmod 600/);
});

test("a key of another version is refused instead of guessed", async () => {
  const key = await loadMasterKey(Buffer.alloc(32, 7).toString("base64"), dataDir);
  expect(key.masterKey(1)).toEqual(Buffer.alloc(32, 7));
  expect(() => key.masterKey(2)).toThrow(/version 2/);
});
