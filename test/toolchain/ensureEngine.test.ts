import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ensureEngineIn } from "../../toolchain/engine/ensureEngine.ts";
import { PINNED_VERSION } from "../../toolchain/engine/pinnedVersion.ts";
import type { RunCommand } from "../../toolchain/engine/runCommand.ts";
import { buildOutput, type EngineSandbox, engineSandbox, type StandIns, writePulumi } from "./engineWorld.ts";

let box: EngineSandbox;

const build: RunCommand = async (_command, args) => {
  await writePulumi(buildOutput(args));
  return { stdout: "", stderr: "" };
};

async function setUp(standIns: StandIns): Promise<void> {
  await box.remove();
  box = await engineSandbox(standIns);
}

const ensure = (more: { signal?: AbortSignal; progress?: () => void } = {}) =>
  ensureEngineIn(box.world, { cacheDir: box.cacheDir, env: box.env, ...more });

beforeEach(async () => {
  box = await engineSandbox();
});

afterEach(() => box.remove());

test("the pinned version is the version of the SDK and of the Go module", async () => {
  const manifest = JSON.parse(await readFile(path.resolve("package.json"), "utf8"));
  expect(manifest.dependencies["@pulumi/pulumi"]).toBe(PINNED_VERSION);
  const goMod = await readFile(path.resolve("toolchain/engine/go.mod"), "utf8");
  expect(goMod).toContain(`require github.com/pulumi/pulumi/pkg/v3 v${PINNED_VERSION}\n`);
});

describe("an engine on PATH", () => {
  let binary: string;

  beforeEach(async () => {
    binary = path.join(box.root, "tools", "bin", "pulumi");
    await writePulumi(binary);
    await writePulumi(path.join(box.root, "tools", "bin", "pulumi-language-nodejs"));
  });

  test("is used where it is, and its folder stays untouched", async () => {
    expect(await ensure()).toMatchObject({
      binary,
      root: path.join(box.root, "tools"),
      source: "path",
      version: PINNED_VERSION,
    });
    expect(await readdir(path.dirname(binary))).toEqual(["pulumi", "pulumi-language-nodejs"]);
    await expect(access(box.cacheDir)).rejects.toThrow();
  });

  test("of another version is not used", async () => {
    await writePulumi(binary, "v3.258.0");
    await writePulumi(box.cachedBinary);
    expect(await ensure()).toMatchObject({ binary: box.cachedBinary, source: "cache" });
  });

  test("that does not run is not used", async () => {
    await writeFile(binary, "#!/bin/sh\nexit 3\n");
    await writePulumi(box.cachedBinary);
    expect(await ensure()).toMatchObject({ source: "cache" });
  });
});

test("an engine on PATH without a language host is copied into the cache and gets one there", async () => {
  await writePulumi(path.join(box.root, "tools", "bin", "pulumi"));
  expect(await ensure()).toMatchObject({ binary: box.cachedBinary, source: "path" });
  expect(await readdir(path.dirname(box.cachedBinary))).toEqual(["pulumi", "pulumi-language-nodejs"]);
  expect(await readdir(path.join(box.root, "tools", "bin"))).toEqual(["pulumi"]);
});

describe("an engine in the cache", () => {
  const launcher = () => path.join(path.dirname(box.cachedBinary), "pulumi-language-nodejs");

  beforeEach(() => writePulumi(box.cachedBinary));

  test("is found although its folder is on PATH too", async () => {
    const env = { PATH: path.dirname(box.cachedBinary) };
    await ensure();
    expect(await ensureEngineIn(box.world, { cacheDir: box.cacheDir, env })).toMatchObject({ source: "cache" });
  });

  test("gets a launcher of this checkout's language host", async () => {
    await ensure();
    const text = await readFile(launcher(), "utf8");
    expect(text).toContain("node='/opt/node'");
    expect(text).toContain("script='/opt/meridian/main.ts'");
  });

  test("gets its launcher rewritten when the checkout has moved", async () => {
    await ensure();
    const moved = { ...box.world, languageHost: { node: "/opt/node", script: "/else where/it's/main.ts" } };
    await ensureEngineIn(moved, { cacheDir: box.cacheDir, env: box.env });
    expect(await readFile(launcher(), "utf8")).toContain(`script='/else where/it'\\''s/main.ts'`);
  });

  test("keeps an official language host", async () => {
    await writeFile(launcher(), "official");
    await ensure();
    expect(await readFile(launcher(), "utf8")).toBe("official");
  });

  test("that does not run is replaced", async () => {
    await setUp({ go: build });
    await writePulumi(box.cachedBinary, "garbage");
    expect(await ensure()).toMatchObject({ binary: box.cachedBinary, source: "build" });
  });
});

describe("a build", () => {
  test("refuses modules other than those in go.sum and is moved into the cache when it is done", async () => {
    const go = vi.fn(build);
    await setUp({ go });
    expect(await ensure()).toMatchObject({ binary: box.cachedBinary, source: "build" });
    const [, args, options] = go.mock.calls[0] ?? [];
    expect(args).toEqual(expect.arrayContaining(["build", "-mod=readonly", "-trimpath"]));
    expect(await readdir(options?.cwd ?? "")).toEqual(expect.arrayContaining(["go.mod", "go.sum"]));
    expect(await ensure()).toMatchObject({ source: "cache" });
    expect(go).toHaveBeenCalledTimes(1);
  });

  test("of another version is not put into the cache", async () => {
    await setUp({
      go: async (_command, args) => {
        await writePulumi(buildOutput(args), "v0.0.0");
        return { stdout: "", stderr: "" };
      },
    });
    await expect(ensure()).rejects.toMatchObject({ code: "engine-unavailable" });
    await expect(access(box.cachedBinary)).rejects.toThrow();
  });

  test("happens once when two ask at the same time, and both get its result", async () => {
    const go = vi.fn(build);
    await setUp({ go });
    const engines = await Promise.all([ensure(), ensure()]);
    expect(go).toHaveBeenCalledTimes(1);
    expect(engines.map((engine) => engine.binary)).toEqual([box.cachedBinary, box.cachedBinary]);
  });

  test("that is given up leaves neither a lock nor half an engine", async () => {
    const controller = new AbortController();
    await setUp({
      go: async (_command, args, options) => {
        await writePulumi(buildOutput(args));
        controller.abort(new Error("enough"));
        options.signal?.throwIfAborted();
        return { stdout: "", stderr: "" };
      },
    });
    await expect(ensure({ signal: controller.signal })).rejects.toThrow("enough");
    expect(await readdir(box.cacheDir)).toEqual([`v${PINNED_VERSION}`]);
    expect(await readdir(path.join(box.cacheDir, `v${PINNED_VERSION}`))).toEqual([]);
  });

  test("clears away what a process left that died in the middle of one", async () => {
    await setUp({ go: build });
    const root = path.join(box.cacheDir, `v${PINNED_VERSION}`);
    await mkdir(path.join(root, "staging-1", "bin"), { recursive: true });
    await ensure();
    expect(await readdir(root)).toEqual(["bin"]);
  });
});

test("when nothing works the error names each way, its reason and what to install", async () => {
  await writePulumi(path.join(box.root, "tools", "bin", "pulumi"), "v3.1.0");
  const error = await ensure().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "engine-unavailable" });
  const message = String(error);
  expect(message).toContain("is version v3.1.0, not v3.259.0");
  expect(message).toContain("official download");
  expect(message).toContain("no route to host");
  expect(message).toContain("go is not installed");
  expect(message).toContain("Install Pulumi 3.259.0");
});

test("progress names the phases in their order", async () => {
  await setUp({ go: build });
  const phases: string[] = [];
  await ensureEngineIn(box.world, {
    cacheDir: box.cacheDir,
    env: box.env,
    progress: ({ phase }) => phases.push(phase),
  });
  expect(phases).toEqual(["download", "download", "build", "install"]);
});
