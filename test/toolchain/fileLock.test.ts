import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withFileLock } from "../../toolchain/engine/fileLock.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-test-lock-"));
  file = path.join(folder, "lock");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const LIMIT = { limitMs: 60_000 };

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? 0;
}

function leaveLock(holder: { pid: number; host: string }): Promise<void> {
  return writeFile(file, JSON.stringify({ ...holder, token: "left behind" }));
}

test("work of two holders never overlaps", async () => {
  let inside = 0;
  const seen: number[] = [];
  const work = async () => {
    inside += 1;
    seen.push(inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all([1, 2, 3].map(() => withFileLock(file, LIMIT, work)));
  expect(seen).toEqual([1, 1, 1]);
});

test("the lock is gone afterwards, also when the work fails", async () => {
  await expect(withFileLock(file, LIMIT, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await readdir(folder)).toEqual([]);
});

test("a lock of a process that is dead is taken over at once", async () => {
  await leaveLock({ pid: await deadPid(), host: hostname() });
  expect(await withFileLock(file, LIMIT, async () => "done")).toBe("done");
  expect(await readdir(folder)).toEqual([]);
});

test("a lock of a live process is waited for, and its holder named", async () => {
  const onWait = vi.fn();
  await leaveLock({ pid: process.pid, host: hostname() });
  const attempt = withFileLock(file, { limitMs: 300, onWait }, async () => "done");
  await vi.waitFor(() => expect(onWait).toHaveBeenCalledExactlyOnceWith(process.pid));
  await utimes(file, new Date(), new Date(Date.now() + 60_000));
  await expect(attempt).rejects.toMatchObject({ code: "lock-timeout" });
});

test("a dead process id of another machine says nothing while its lock is young", async () => {
  await leaveLock({ pid: await deadPid(), host: "elsewhere" });
  const controller = new AbortController();
  const attempt = withFileLock(
    file,
    { ...LIMIT, signal: controller.signal, onWait: () => controller.abort() },
    async () => "done",
  );
  await expect(attempt).rejects.toThrow();
  await access(file);
});

test("a lock older than the limit is taken over whoever holds it", async () => {
  await leaveLock({ pid: process.pid, host: "elsewhere" });
  await utimes(file, new Date(), new Date(Date.now() - LIMIT.limitMs - 1_000));
  expect(await withFileLock(file, LIMIT, async () => "done")).toBe("done");
});
