import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");
const rooms = [
  "api",
  "bench",
  "cli",
  "docs",
  "policies",
  "pricing",
  "programs",
  "runner",
  "sandbox",
  "test",
  "toolchain",
];
const files = ["package.json", "package-lock.json", "tsconfig.json", "biome.json", "vitest.config.ts", ".gitignore"];
const PATIENCE = 600_000;

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(path.join(tmpdir(), "meridian-new-blueprint-"));
  for (const name of [...rooms, ...files]) await cp(path.join(root, name), path.join(copy, name), { recursive: true });
  await symlink(await realpath(path.join(root, "node_modules")), path.join(copy, "node_modules"));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/** Node 24 first on PATH, as in npm's scripts. */
const env = { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}` };
const inCopy = (file: string, ...args: string[]) =>
  run(process.execPath, [path.join(copy, file), ...args], { cwd: copy, env, timeout: PATIENCE }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, said: String(stdout) + String(stderr) }),
  );
const vitest = (...args: string[]) => inCopy("node_modules/vitest/vitest.mjs", "run", ...args);

test("writes a blueprint whose tests pass as they stand, with its page, diagram and place in the sandbox", {
  timeout: PATIENCE,
}, async () => {
  const made = await inCopy("toolchain/newBlueprint/main.ts", "match-log");
  expect(made, made.said).toMatchObject({ code: 0 });
  expect(made.said).toContain("programs/match-log/program.ts");

  await vitest("test/programs/catalog.test.ts", "--update", "-t", "match-log");
  const tests = [
    "test/programs/match-log",
    "test/programs/catalog.test.ts",
    "test/sandbox/matchLog.test.ts",
    "test/programs/artefacts.test.ts",
  ];
  const ran = await vitest(...tests, "-t", "match|it is made|in production|needs no inputs|encrypts its log group");
  expect(ran, ran.said.slice(-3_000)).toMatchObject({ code: 0 });
  expect(ran.said).toMatch(/lifecycle\.test\.ts/);
  expect(await readFile(path.join(copy, "docs/blueprints/match-log.md"), "utf8")).toContain("logGroupName");
  expect(await readFile(path.join(copy, "programs/match-log/diagram.mmd"), "utf8")).toContain("graph");

  const include = [
    "programs/match-log",
    "sandbox/aws/matchLog.ts",
    "test/programs/match-log",
    "test/sandbox/matchLog.test.ts",
  ];
  await writeFile(path.join(copy, "tsconfig.new.json"), JSON.stringify({ extends: "./tsconfig.json", include }));
  const types = await inCopy("node_modules/typescript/bin/tsc", "-p", "tsconfig.new.json");
  expect(types, types.said).toMatchObject({ code: 0 });

  const lint = await run(
    path.join(copy, "node_modules/.bin/biome"),
    ["check", "programs", "sandbox/aws", "test/programs/match-log"],
    { cwd: copy, env },
  );
  expect(lint.stdout).toContain("No fixes applied");
});

test.each([
  ["Match", /no name: give 3 to 40/],
  ["", /no name/],
  ["../evil", /no name/],
  ["network", /there already: choose another name/],
])("refuses the name %j and writes nothing", async (name, reason) => {
  const catalog = () => readFile(path.join(copy, "programs/catalog.ts"), "utf8");
  const before = await catalog();
  const made = await inCopy("toolchain/newBlueprint/main.ts", name);
  expect(made).toMatchObject({ code: 1, said: expect.stringMatching(reason) });
  expect(await catalog()).toBe(before);
});
