import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MeridianProcess, startMeridian } from "./meridianProcess.ts";

let dataDir: string;
let server: Server;
let port: number;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "meridian-test-sandbox-"));
  server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  ({ port } = server.address() as AddressInfo); // A TCP server's address is never a string.
});

afterEach(async () => {
  server.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function sandboxRuns(): Promise<void> {
  const run = { pid: process.pid, grpcPort: port, httpPort: port, token: "a-token", startedAt: "2026-11-21T10:00:00Z" };
  await mkdir(path.join(dataDir, "sandbox"));
  await writeFile(path.join(dataDir, "sandbox", "run.json"), JSON.stringify(run), { mode: 0o600 });
}

function sandbox(command: readonly string[], env: NodeJS.ProcessEnv = {}): MeridianProcess {
  return startMeridian(["sandbox", "--", ...command], { MERIDIAN_DATA_DIR: dataDir, ...env });
}

/** What a command run in the sandbox sees of its environment. */
async function environmentIn(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { out } = await sandbox(["node", "-p", "JSON.stringify(process.env)"], env).ended;
  return JSON.parse(out);
}

test("a command gets the engine, the sandbox as provider of all three packages, the service and its key", async () => {
  await sandboxRuns();
  expect(await environmentIn({ MERIDIAN_URL: "http://127.0.0.1:1", MERIDIAN_KEY: "a-key" })).toMatchObject({
    PULUMI_DEBUG_PROVIDERS: `aws:${port},kubernetes:${port},random:${port}`,
    PULUMI_BACKEND_URL: "http://127.0.0.1:1",
    PULUMI_ACCESS_TOKEN: "a-key",
    PULUMI_HOME: path.join(dataDir, "pulumi"),
  });
});

test("without settings the backend is the service on this machine, and no token is made up", async () => {
  await sandboxRuns();
  const env = await environmentIn({});
  expect(env["PULUMI_BACKEND_URL"]).toBe("http://127.0.0.1:8080");
  expect(env).not.toHaveProperty("PULUMI_ACCESS_TOKEN");
});

test("a backend that was chosen before stays chosen", async () => {
  await sandboxRuns();
  expect((await environmentIn({ PULUMI_BACKEND_URL: "file:///state" }))["PULUMI_BACKEND_URL"]).toBe("file:///state");
});

test("pulumi is the pinned one", async () => {
  await sandboxRuns();
  const { exitCode, out } = await sandbox(["pulumi", "version"]).ended;
  expect({ exitCode, out }).toEqual({ exitCode: 0, out: "v3.259.0\n" });
});

test("the command's exit code is passed on, and its own options are left to it", async () => {
  await sandboxRuns();
  expect(await sandbox(["sh", "-c", "exit 7"]).ended).toMatchObject({ exitCode: 7 });
});

test("a command that does not exist has exit code 127", async () => {
  await sandboxRuns();
  const run = await sandbox(["there-is-no-such-command"]).ended;
  expect(run).toMatchObject({ exitCode: 127 });
  expect(run.err).toContain("there-is-no-such-command");
});

test.each(["SIGINT", "SIGTERM"] as const)("%s reaches the command, which ends in its own way", async (signal) => {
  await sandboxRuns();
  const script = `trap 'echo caught; exit 5' ${signal.slice(3)}; echo ready; for i in $(seq 200); do sleep 0.05; done`;
  const process = sandbox(["sh", "-c", script]);
  await process.printed("ready");
  process.kill(signal);
  expect(await process.ended).toMatchObject({ exitCode: 5, out: "ready\ncaught\n" });
});

test("without a sandbox nothing is run, and the message says what to do", async () => {
  const run = await sandbox(["echo", "ran"]).ended;
  expect(run).toMatchObject({ exitCode: 1, out: "" });
  expect(run.err).toContain("npm start");
  expect(run.err).toContain(dataDir);
});

test("a sandbox whose port is dead does not count as running", async () => {
  await sandboxRuns();
  await new Promise((resolve) => server.close(resolve));
  expect(await sandbox(["echo", "ran"]).ended).toMatchObject({ exitCode: 1, out: "" });
});
