import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../../api/base/settings.ts";

test("an empty environment gives the defaults", () => {
  expect(readSettings({})).toMatchObject({
    host: "127.0.0.1",
    port: 8080,
    sandbox: true,
    databaseUrl: undefined,
    runners: 2,
  });
});

test("every fault is reported at once", () => {
  const env = { PORT: "many", MERIDIAN_SANDBOX: "perhaps", MERIDIAN_MASTER_KEY_FILE: "/nowhere/key" };
  expect(() => readSettings(env)).toThrow(
    /3 fault\(s\)[\s\S]*MERIDIAN_MASTER_KEY_FILE[\s\S]*PORT[\s\S]*MERIDIAN_SANDBOX/,
  );
});

test("a _FILE twin gives the value, and a value given directly wins over it", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-settings-"));
  const file = path.join(folder, "admin");
  await writeFile(file, "a-key-from-a-file-of-24-or-more\n");
  expect(readSettings({ MERIDIAN_ADMIN_KEY_FILE: file }).adminKey).toBe("a-key-from-a-file-of-24-or-more");
  const both = { MERIDIAN_ADMIN_KEY_FILE: file, MERIDIAN_ADMIN_KEY: "a-key-given-directly-of-24-chars" };
  expect(readSettings(both).adminKey).toBe("a-key-given-directly-of-24-chars");
  await rm(folder, { recursive: true });
});
