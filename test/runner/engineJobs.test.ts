import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GatedProvider, startGatedProvider } from "./support/gatedProvider.ts";
import { startWorkbench, until, type Workbench } from "./support/workbench.ts";

let bench: Workbench;
let provider: GatedProvider;
beforeAll(async () => {
  // What a control process has in its environment, and no program may see.
  process.env["DATABASE_URL"] = "postgres://not-for-programs";
  process.env["MERIDIAN_MASTER_KEY"] = "not-for-programs";
  process.env["AWS_SECRET_ACCESS_KEY"] = "not-for-programs";
  process.env["NODE_OPTIONS"] = "--no-warnings";
  [bench, provider] = await Promise.all([startWorkbench(), startGatedProvider()]);
});
afterAll(async () => {
  for (const name of ["DATABASE_URL", "MERIDIAN_MASTER_KEY", "AWS_SECRET_ACCESS_KEY", "NODE_OPTIONS"])
    delete process.env[name];
  await bench.close();
  provider.stop();
});

test("a program runs to its outputs and sees nothing of the service's environment", async () => {
  const job = await bench.job({ stack: "seen", program: "describe" });
  const report = await bench.hub.run(job);
  expect(report).toMatchObject({ outcome: "succeeded", exitCode: 0 });
  expect(report.timing.engine).toBeGreaterThan(0);
  const { stack, environment, arguments: given } = await bench.outputsOf(job);
  expect(stack).toBe("seen");
  expect(Object.keys(environment as object).toSorted()).toEqual(expect.arrayContaining(["HOME", "PATH"]));
  const seen = JSON.stringify([environment, given]);
  expect(seen).not.toMatch(/not-for-programs|token|MERIDIAN_|DATABASE_URL|PULUMI_|NODE_OPTIONS/i);
});

test("operations of one team on one artefact share a warm runner, and another artefact has its own", async () => {
  const pids: unknown[] = [];
  for (const [stack, blueprint] of [
    ["warm-1", "test"],
    ["warm-2", "test"],
    ["warm-3", "other"],
  ] as const) {
    const job = await bench.job({ stack, program: "describe", blueprint });
    expect((await bench.hub.run(job)).outcome).toBe("succeeded");
    pids.push((await bench.outputsOf(job))["pid"]);
  }
  expect(pids[1]).toBe(pids[0]);
  expect(pids[2]).not.toBe(pids[0]);
});

test("a runner that has grown is replaced", async () => {
  const grown = await bench.job({ stack: "grown", program: "grows" });
  expect((await bench.hub.run(grown)).outcome).toBe("succeeded");
  const next = await bench.job({ stack: "after-grown", program: "describe" });
  await bench.hub.run(next);
  expect((await bench.outputsOf(next))["pid"]).not.toBe((await bench.outputsOf(grown))["pid"]);
});

test("a stack is previewed, changed, refreshed and destroyed, each by one engine", async () => {
  const options = {
    stack: "whole",
    program: "things",
    config: { "test:count": "3" },
    providers: `test:${provider.port}`,
  } as const;
  const preview = await bench.hub.run(await bench.job({ ...options, phase: "preview" }));
  expect(preview.outcome, preview.diagnostics).toBe("succeeded");
  expect(provider.created).toEqual([]);
  const up = await bench.job({ ...options, phase: "up" });
  expect((await bench.hub.run(up)).outcome).toBe("succeeded");
  expect(await bench.resourcesOf(up)).toHaveLength(3);
  const refresh = await bench.hub.run(await bench.job({ ...options, phase: "refresh" }));
  expect(refresh.outcome, refresh.diagnostics).toBe("succeeded");
  const destroy = await bench.hub.run(await bench.job({ ...options, phase: "destroy" }));
  expect(destroy.outcome, destroy.diagnostics).toBe("succeeded");
  expect(await bench.resourcesOf(up)).toEqual([]);
});

test("a program that fails is told with its own line", async () => {
  const report = await bench.hub.run(await bench.job({ stack: "fails", program: "fails" }));
  expect(report.outcome).toBe("failed");
  expect(report.diagnostics).toContain("the program failed knowingly");
  expect(report.diagnostics).toContain("library.ts");
});

test("a program may print as much as it likes", async () => {
  const job = await bench.job({ stack: "noisy", program: "noisy" });
  expect((await bench.hub.run(job)).outcome).toBe("succeeded");
  expect(await bench.outputsOf(job)).toEqual({ printed: true });
});

test("a job that asks for policies fails on a host without a pack", async () => {
  const report = await bench.hub.run(await bench.job({ stack: "unjudged", program: "describe", policies: true }));
  expect(report.outcome).toBe("failed");
  expect(report.diagnostics).toContain("policy pack");
});

test("nothing of a job is left on disk", async () => {
  const folders = async () => (await readdir(path.join(bench.dataDir, "jobs"))).filter((name) => name !== ".git");
  await until("the folders of the jobs are gone", async () => (await folders()).length === 0);
});
