import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { startMeridian } from "./meridianProcess.ts";

test("the toolchain command says which engine there is, as JSON too", async () => {
  const { exitCode, out } = await startMeridian(["toolchain", "--json"], {}).ended;
  expect(exitCode).toBe(0);
  const engine = JSON.parse(out);
  expect(engine).toMatchObject({ version: "3.259.0", node: process.version });
  expect(execFileSync(engine.binary, ["version"], { encoding: "utf8" })).toBe("v3.259.0\n");
});

test("an unknown command is refused with what there is", async () => {
  const run = await startMeridian(["bake"], {}).ended;
  expect(run).toMatchObject({ exitCode: 1, out: "" });
  expect(run.err).toContain("unknown command");
});

test("a Node that cannot run TypeScript hands over to the one in node_modules", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-test-node-"));
  const old = path.join(folder, "node");
  // Without type stripping this Node is as unable as an old one.
  await writeFile(old, `#!/bin/sh\nexec ${process.execPath} --no-experimental-strip-types "$@"\n`);
  await chmod(old, 0o755);
  const run = await startMeridian(["toolchain", "--json"], {}, old).ended;
  await rm(folder, { recursive: true });
  expect(run).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(run.out)).toMatchObject({ node: process.version });
});
