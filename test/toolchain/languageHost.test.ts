import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Engine, ensureEngine } from "../../toolchain/index.ts";
import { type PulumiProject, pulumiProject } from "./pulumiProject.ts";

const PROJECT = "name: tiny\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n";

const MODULE = '{ "name": "tiny", "type": "module" }';

/** A component is the smallest thing an engine counts, and needs no provider. */
const PROGRAM = `
import { ComponentResource, Config } from "@pulumi/pulumi";

class Shelf extends ComponentResource {
  constructor(name: string) {
    super("test:index:Shelf", name);
    this.registerOutputs();
  }
}

new Shelf("books");
export const greeting: string = new Config().require("greeting");
export const secret = new Config().requireSecret("token");
`;

let engine: Engine;
let project: PulumiProject | undefined;

beforeAll(async () => {
  engine = await ensureEngine();
});

afterEach(async () => {
  await project?.remove();
  project = undefined;
});

async function initialised(files: Readonly<Record<string, string>>): Promise<PulumiProject> {
  project = await pulumiProject(engine, files);
  expect(await project.pulumi("stack", "init", "dev")).toMatchObject({ exitCode: 0 });
  return project;
}

test("a typed program in an ECMAScript package goes up and down without a warning", async () => {
  const { pulumi } = await initialised({ "Pulumi.yaml": PROJECT, "package.json": MODULE, "index.ts": PROGRAM });
  await pulumi("config", "set", "greeting", "good day");
  await pulumi("config", "set", "--secret", "token", "hidden");

  const up = await pulumi("up", "--yes", "--skip-preview");
  expect(up).toMatchObject({ exitCode: 0 });
  expect(up.output).not.toContain("warning");
  expect(up.output).toContain("+ 2 created");
  const outputs = JSON.parse((await pulumi("stack", "output", "--json", "--show-secrets")).output);
  expect(outputs).toEqual({ greeting: "good day", secret: "hidden" });

  expect(await pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
});

test("the entry may lie in a folder below the project and stack config in another, as in this repository", async () => {
  const { pulumi, folder } = await initialised({
    "Pulumi.yaml": `${PROJECT}main: programs/index.ts\nstackConfigDir: stacks\n`,
    "package.json": MODULE,
    "programs/index.ts": "import { name } from './name.ts';\nexport const called: string = name;\n",
    "programs/name.ts": "export const name: string = 'from another file';\n",
  });
  expect(await pulumi("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  expect((await pulumi("stack", "output", "called")).output.trim()).toBe("from another file");
  await pulumi("config", "set", "greeting", "good day");
  expect(await readdir(path.join(folder, "stacks"))).toEqual(["Pulumi.dev.yaml"]);
  expect(await readdir(folder)).not.toContain("Pulumi.dev.yaml");
});

test("a CommonJS program with nothing but index.ts runs", async () => {
  const { pulumi } = await initialised({
    "Pulumi.yaml": PROJECT,
    "package.json": '{ "name": "tiny" }',
    "index.ts": "const answer: number = 42;\nmodule.exports = { answer };\n",
  });
  expect(await pulumi("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  expect((await pulumi("stack", "output", "answer")).output.trim()).toBe("42");
});

test("a CommonJS program is found by the main of its package.json", async () => {
  const { pulumi } = await initialised({
    "Pulumi.yaml": PROJECT,
    "package.json": '{ "name": "tiny", "main": "lib/entry.js" }',
    "lib/entry.js": "module.exports = { answer: 42 };\n",
    "index.ts": "throw new Error('not this one');\n",
  });
  expect(await pulumi("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  expect((await pulumi("stack", "output", "answer")).output.trim()).toBe("42");
});

test("a program that throws fails the update with its own message, once", async () => {
  const { pulumi } = await initialised({
    "Pulumi.yaml": PROJECT,
    "package.json": MODULE,
    "index.ts": "throw new Error('the shelf is too high');\n",
  });
  const up = await pulumi("up", "--yes", "--skip-preview");
  expect(up.exitCode).not.toBe(0);
  expect(up.output).toContain("the shelf is too high");
  expect(up.output).not.toContain("non-zero exit code");
});

test("a program that ends itself with an exit code fails the update and says which", async () => {
  const { pulumi } = await initialised({
    "Pulumi.yaml": PROJECT,
    "package.json": MODULE,
    "index.ts": "process.exit(7);\n",
  });
  const up = await pulumi("up", "--yes", "--skip-preview");
  expect(up.exitCode).not.toBe(0);
  expect(up.output).toContain("exit code: 7");
});

test("arguments and requirements of the project reach Node", async () => {
  const { pulumi } = await initialised({
    "Pulumi.yaml": `${PROJECT}    nodeargs: "--title=shelved"\n`,
    "package.json": MODULE,
    "index.ts": "export const title: string = process.title;\n",
  });
  expect(await pulumi("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  expect((await pulumi("stack", "output", "title")).output.trim()).toBe("shelved");
});

test("pulumi install puts a program's packages beside it, and pulumi about lists them", async () => {
  const { pulumi } = await initialised({
    "Pulumi.yaml": PROJECT,
    "package.json": '{ "name": "tiny", "type": "module", "dependencies": { "shelf": "file:../shelf" } }',
    "../shelf/package.json": '{ "name": "shelf", "version": "1.2.3", "main": "index.js" }',
    "../shelf/index.js": "exports.height = 180;\n",
    "index.ts": "import { height } from 'shelf';\nexport const tall: number = height;\n",
  });
  expect(await pulumi("install")).toMatchObject({ exitCode: 0 });
  expect(await pulumi("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  expect((await pulumi("stack", "output", "tall")).output.trim()).toBe("180");
  const about = JSON.parse((await pulumi("about", "--json")).output);
  expect(about.dependencies).toEqual([{ name: "shelf", version: "1.2.3" }]);
  expect(about.runtime).toMatchObject({ language: "nodejs", executable: process.execPath, version: process.version });
});
