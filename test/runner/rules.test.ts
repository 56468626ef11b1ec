import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { diagnosticsOf, secretValues } from "../../runner/diagnostics.ts";
import { engineArguments } from "../../runner/engineArguments.ts";
import { type EngineEnd, startEngine } from "../../runner/engineProcess.ts";
import { makeJobsFolder, removeLeftovers } from "../../runner/jobFolder.ts";
import { chooseRunner, planPool, type RunnerState } from "../../runner/poolPlan.ts";
import { readLines } from "../../runner/readLines.ts";
import { outcomeOf } from "../../runner/reportOf.ts";
import { scrubbedEnvironment } from "../../runner/scrubbedEnvironment.ts";
import { isAlive, until } from "./support/workbench.ts";

const idle: RunnerState = { key: undefined, busy: false, special: false, operations: 0, residentBytes: 0, lastUse: 0 };

describe("the pool of runners", () => {
  const limits = { capacity: 2, operations: 10, residentBytes: 400 };

  test("fills up to its capacity at first", () => {
    expect(planPool([], limits)).toEqual({ retire: [], renew: [], start: 2 });
  });

  test("always has one runner that belongs to nobody", () => {
    const owned = { ...idle, key: "team-a" };
    expect(planPool([owned, { ...owned, busy: true }], limits)).toEqual({ retire: [], renew: [], start: 1 });
  });

  test("retires the owned one that was idle for longest when there are too many", () => {
    const old = { ...idle, key: "team-a", lastUse: 1 };
    const recent = { ...idle, key: "team-b", lastUse: 2 };
    const busy = { ...idle, key: "team-c", lastUse: 3, busy: true };
    expect(planPool([recent, old, busy], limits)).toEqual({ retire: [old], renew: [], start: 1 });
  });

  test.each([
    ["10 operations", { operations: 10 }],
    ["its size", { residentBytes: 400 }],
  ])("replaces a runner that is spent by %s, but not while it works", (_, spent) => {
    const runner = { ...idle, key: "team-a", ...spent };
    expect(planPool([runner, idle, idle], limits).retire).toEqual([runner]);
    expect(planPool([{ ...runner, busy: true }, idle, idle], limits).retire).toEqual([]);
  });

  test("prefers the warm runner of the same key, then one that belongs to nobody", () => {
    const own = { ...idle, key: "team-a" };
    expect(chooseRunner([idle, own], "team-a")).toBe(own);
    expect(chooseRunner([own, idle], "team-b")).toBe(idle);
  });

  test("renews a special runner that is spent, and gives it to jobs that need one and to no others", () => {
    const special = { ...idle, key: "team-a", special: true };
    const spent = { ...special, operations: 10 };
    expect(planPool([spent, idle, idle], limits)).toMatchObject({ retire: [spent], renew: [spent] });
    expect(chooseRunner([idle, special], "team-a", true)).toBe(special);
    expect(chooseRunner([idle, special], "team-a")).toBe(idle);
    expect(chooseRunner([idle], "team-a", true)).toBeUndefined();
  });

  test("never gives a runner to another team than it has worked for, nor a busy one to anybody", () => {
    expect(chooseRunner([{ ...idle, key: "team-a" }], "team-b")).toBeUndefined();
    expect(chooseRunner([{ ...idle, key: "team-a", busy: true }], "team-a")).toBeUndefined();
  });
});

describe("the outcome of a job", () => {
  const end: EngineEnd = {
    exitCode: 1,
    signal: undefined,
    interrupted: false,
    killed: false,
    stdout: "",
    stderr: "",
  };
  test.each([
    [{ exitCode: 0 }, { outcome: "succeeded" }],
    [{ exitCode: 0, interrupted: true }, { outcome: "succeeded" }],
    [{}, { outcome: "failed" }],
    [{ interrupted: true }, { outcome: "interrupted" }],
    [{ exitCode: undefined, signal: "SIGINT", interrupted: true }, { outcome: "interrupted" }],
    [{ exitCode: undefined, signal: "SIGKILL", interrupted: true, killed: true }, { outcome: "killed" }],
    [
      { exitCode: undefined, signal: "SIGKILL" },
      { outcome: "killed", reason: "engine-died" },
    ],
  ])("of an engine that ended with %j is %j", (how, expected) => {
    expect(outcomeOf({ ...end, ...how })).toEqual(expected);
  });
});

describe("an engine's process", () => {
  const start = async (script: string) => {
    const cwd = await mkdtemp(path.join(tmpdir(), "meridian-test-engine-"));
    const engine = startEngine({
      binary: "/bin/sh",
      args: ["-c", script],
      cwd,
      env: { PATH: process.env["PATH"] ?? "" },
    });
    return { engine, cwd, end: () => engine.end.finally(() => rm(cwd, { recursive: true })) };
  };

  test("that ignores its interrupt is killed with all that it started", async () => {
    const { engine, cwd, end } = await start("trap '' INT; sleep 100 & echo $! > ready; wait; sleep 100");
    const grandchild = async () => Number(await readFile(path.join(cwd, "ready"), "utf8").catch(() => ""));
    await until("the trap is set", async () => (await grandchild()) > 0);
    const pid = await grandchild();
    engine.interrupt(200);
    expect(await end()).toMatchObject({ exitCode: undefined, signal: "SIGKILL", interrupted: true, killed: true });
    await until("what it started is gone", () => !isAlive(pid));
  });

  test("is interrupted once, however often that is asked for", async () => {
    const { engine, cwd, end } = await start(
      "trap 'echo interrupted >> seen' INT; touch ready; n=0; while [ $n -lt 20 ]; do sleep 0.05; n=$((n+1)); done; cat seen",
    );
    await until("the trap is set", async () => (await readdir(cwd)).includes("ready"));
    engine.interrupt(10_000);
    await until("it has seen the signal", async () => (await readdir(cwd)).includes("seen"));
    engine.interrupt(10_000);
    expect((await end()).stdout).toBe("interrupted\n");
  });

  test("that cannot be started has ended, with the reason", async () => {
    const cwd = await mkdtemp(path.join(tmpdir(), "meridian-test-engine-"));
    const engine = startEngine({ binary: "/nowhere/pulumi", args: [], cwd, env: {} });
    expect(await engine.end).toMatchObject({
      exitCode: undefined,
      signal: undefined,
      stderr: expect.stringContaining("ENOENT"),
    });
    await rm(cwd, { recursive: true });
  });
});

describe("diagnostics", () => {
  test("hold the engine's diagnostics and errors, without colours, secrets and the rest", () => {
    const stdout =
      "Updating:\n + thing created\nDiagnostics:\n  thing:\n    error: token-123456 refused\n\nResources:\n    1 created\n";
    const text = diagnosticsOf({ stdout, stderr: "\u001b[31merror: at the end\u001b[0m\n" }, ["token-123456"]);
    expect(text).toBe("Diagnostics:\n  thing:\n    error: [redacted] refused\nerror: at the end");
  });

  test("are the last 4,000 characters at most", () => {
    const text = diagnosticsOf({ stdout: "", stderr: `${"x".repeat(9_000)}end` }, []);
    expect(text).toHaveLength(4_000);
    expect(text.endsWith("end")).toBe(true);
  });

  test("hide values of variables that are named like secrets, and no others", () => {
    const env = { AWS_SECRET_ACCESS_KEY: "abcdefgh", AWS_SESSION_TOKEN: "ijklmnop", AWS_REGION: "eu-west-1" };
    expect(secretValues(env)).toEqual(["abcdefgh", "ijklmnop"]);
  });
});

test("up previews and applies in one process, and nothing of it asks a question", () => {
  const job = { phase: "up", stack: { team: "t", project: "p", name: "s" } } as const;
  const args = engineArguments({ job, client: "127.0.0.1:1" });
  expect(args.slice(0, 4)).toEqual(["up", "--yes", "--stack", "t/p/s"]);
  expect(args).toContain("--non-interactive");
  expect(args).not.toContain("--skip-preview");
});

test("a destroy is not previewed by its engine: it was judged as a whole before", () => {
  const args = engineArguments({ job: { phase: "destroy", stack: { team: "t", project: "p", name: "s" } } });
  expect(args.slice(0, 3)).toEqual(["destroy", "--yes", "--skip-preview"]);
});

test("children of a host see nothing of its environment but a few harmless names", () => {
  const env = {
    PATH: "/bin",
    MERIDIAN_MASTER_KEY: "x",
    DATABASE_URL: "x",
    AWS_PROFILE: "x",
    NODE_OPTIONS: "x",
    HOME: "/root",
  };
  const folders = { userHome: "/of-its-own", compileCache: "/compiled" };
  expect(scrubbedEnvironment(env, folders)).toEqual({
    PATH: "/bin",
    HOME: "/of-its-own",
    NODE_COMPILE_CACHE: "/compiled",
  });
});

test("lines are put together across chunks, even in the middle of a character", async () => {
  const bytes = Buffer.from('{"a":"é"}\n\n{"b":1}\n');
  const chunks = [bytes.subarray(0, 7), bytes.subarray(7, 12), bytes.subarray(12)];
  const lines: string[] = [];
  for await (const line of readLines(ReadableStream.from(chunks))) lines.push(line);
  expect(lines).toEqual(['{"a":"é"}', '{"b":1}']);
});

test("a new host removes the folders of dead runners, and leaves those of living ones", async () => {
  const jobs = await mkdtemp(path.join(tmpdir(), "meridian-test-jobs-"));
  await makeJobsFolder(jobs);
  const dead = 2 ** 22 + 1; // above the highest process number of Linux
  await mkdir(path.join(jobs, `${dead}-abc`));
  await mkdir(path.join(jobs, `${process.pid}-abc`));
  await removeLeftovers(jobs);
  expect((await readdir(jobs)).toSorted()).toEqual([".git", `${process.pid}-abc`].toSorted());
  await rm(jobs, { recursive: true });
});
