import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Engine, ensureEngine } from "../../toolchain/index.ts";
import { type PulumiProject, pulumiProject } from "./pulumiProject.ts";

/** Tells its own process id and the language host's, then never ends by itself. */
const WAITING = `
import { renameSync, writeFileSync } from "node:fs";
writeFileSync("pids.part", JSON.stringify({ program: process.pid, host: process.ppid }));
renameSync("pids.part", "pids.json");
await new Promise(() => setInterval(() => {}, 60_000));
`;

let engine: Engine;
let project: PulumiProject | undefined;
let started: readonly number[] = [];

beforeAll(async () => {
  engine = await ensureEngine();
});

afterEach(async () => {
  // Only a failed test leaves some of them alive.
  for (const pid of started.filter(isAlive)) process.kill(pid, "SIGKILL");
  started = [];
  await project?.remove();
  project = undefined;
});

async function runningUp() {
  project = await pulumiProject(engine, {
    "Pulumi.yaml": "name: tiny\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": '{ "name": "tiny", "type": "module" }',
    "index.ts": WAITING,
  });
  const { folder } = project;
  await project.pulumi("stack", "init", "dev");
  const up = project.start("up", "--yes", "--skip-preview");
  const pids = await vi.waitFor(
    async () => JSON.parse(await readFile(path.join(folder, "pids.json"), "utf8")) as { program: number; host: number },
    { timeout: 20_000, interval: 50 },
  );
  started = [pids.host, pids.program];
  return { up, pids };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
  "an engine ended by %s leaves neither host nor program behind",
  async (signal) => {
    const { up, pids } = await runningUp();
    expect([isAlive(pids.host), isAlive(pids.program)]).toEqual([true, true]);
    up.kill(signal);
    await once(up, "exit");
    await vi.waitFor(() => expect([isAlive(pids.host), isAlive(pids.program)]).toEqual([false, false]), {
      timeout: 10_000,
      interval: 50,
    });
  },
);

test("a program that ignores the request to end is ended within the time the engine leaves", async () => {
  const { up, pids } = await runningUp();
  process.kill(pids.program, "SIGSTOP");
  process.kill(pids.host, "SIGTERM");
  await vi.waitFor(() => expect(isAlive(pids.program)).toBe(false), { timeout: 5_000, interval: 50 });
  await once(up, "exit");
});
