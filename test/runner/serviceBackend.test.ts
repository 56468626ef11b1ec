import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Job } from "../../runner/wire.ts";
import { keys, startTestBackend, type TestBackend } from "../state/support/testBackend.ts";
import { type GatedProvider, startGatedProvider } from "./support/gatedProvider.ts";
import { TEST_DIGEST } from "./support/library.ts";
import { descendantsOf, startWorkbench, until, type Workbench } from "./support/workbench.ts";

let bench: Workbench;
let backend: TestBackend;
let provider: GatedProvider;
beforeAll(async () => {
  [bench, backend, provider] = await Promise.all([startWorkbench(), startTestBackend(), startGatedProvider()]);
});
afterAll(async () => {
  await Promise.all([bench.close(), backend.close()]);
  provider.stop();
});

/** The exit code of grep when it has found nothing. */
const NOT_FOUND = 1;

const tokens = { studio: keys.operator, rival: keys.stranger } as const;

/** A job on a stack that the service's own backend keeps. */
async function jobOn(
  team: keyof typeof tokens,
  name: string,
  config: Record<string, string>,
): Promise<{ readonly job: Job; readonly stackId: string }> {
  const record = await backend.state.ensureStack(undefined, {
    team,
    project: "meridian",
    name,
    doors: ["cli"],
    tags: {},
    config: {},
  });
  const job: Job = {
    id: `op_${name}.1`,
    operation: `op_${name}`,
    phase: "up",
    stack: { team, project: "meridian", name },
    backend: { url: backend.url, token: tokens[team] },
    blueprint: { name: "test", digest: TEST_DIGEST },
    config,
    providerEnv: { PULUMI_DEBUG_PROVIDERS: `test:${provider.port}` },
    policies: false,
  };
  return { job, stackId: record.id };
}

test("teams never share a runner", async () => {
  const pids: unknown[] = [];
  for (const [team, name] of [
    ["studio", "first"],
    ["studio", "second"],
    ["rival", "third"],
  ] as const) {
    const { job, stackId } = await jobOn(team, name, { "test:program": "describe" });
    const report = await bench.hub.run(job);
    expect(report.outcome, report.diagnostics).toBe("succeeded");
    pids.push((await backend.state.readOutputs(stackId))["pid"]);
  }
  expect(pids[1]).toBe(pids[0]);
  expect(pids[2]).not.toBe(pids[0]);
});

test("a token that the backend does not know fails the job, and is not shown", async () => {
  const { job } = await jobOn("studio", "intruder", { "test:program": "describe" });
  const token = "mk_a-token-that-nobody-knows";
  const report = await bench.hub.run({ ...job, backend: { ...job.backend, token } });
  expect(report.outcome).toBe("failed");
  expect(report.diagnostics).not.toBe("");
  expect(JSON.stringify(report)).not.toContain(token);
});

test("nothing of a token stays on the disk of the host", async () => {
  const { job } = await jobOn("studio", "traceless", { "test:program": "describe" });
  expect((await bench.hub.run(job)).outcome).toBe("succeeded");
  const search = spawnSync("grep", ["-rlF", keys.operator, bench.dataDir], { encoding: "utf8" });
  expect(search).toMatchObject({ status: NOT_FOUND, stdout: "" });
});

test("kill -9 of an engine that keeps a journal is reported as killed", async () => {
  const { job } = await jobOn("studio", "killed", { "test:program": "things", "test:count": "5" });
  provider.hold();
  const run = bench.hub.run(job);
  await until("creates are in flight", () => provider.waiting > 0);
  const engine = (await descendantsOf(bench.host.pid() ?? 0)).find(({ command }) => command.includes("pulumi up"));
  process.kill(engine?.pid ?? 0, "SIGKILL");
  expect(await run).toMatchObject({ outcome: "killed", reason: "engine-died" });
  provider.release();
});
