import path from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Engine, ensureEngine } from "../../toolchain/index.ts";
import { type PulumiProject, pulumiProject } from "./pulumiProject.ts";

/** The program declares a component called `books`; the pack denies what its rule names. The entry is JavaScript in an ECMAScript package, the rule TypeScript. */
function files(denied: string): Readonly<Record<string, string>> {
  return {
    "Pulumi.yaml": "name: tiny\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": '{ "name": "tiny", "type": "module" }',
    "index.ts":
      'import { ComponentResource } from "@pulumi/pulumi";\nnew ComponentResource("test:index:Shelf", "books");\n',
    "pack/PulumiPolicy.yaml": "runtime: nodejs\nversion: 0.0.1\n",
    "pack/package.json": '{ "name": "tiny-pack", "version": "0.0.1", "type": "module", "main": "index.js" }',
    "pack/index.js": [
      'import { PolicyPack } from "@pulumi/policy";',
      'import { rule } from "./rule.ts";',
      'new PolicyPack("tiny-pack", { policies: [rule] });',
    ].join("\n"),
    "pack/rule.ts": [
      'import type { ResourceValidationPolicy } from "@pulumi/policy";',
      "export const rule: ResourceValidationPolicy = {",
      '  name: "shelf-name", description: "Some names are taken.", enforcementLevel: "mandatory",',
      "  validateResource: (resource, report) => {",
      `    if (resource.name === "${denied}") report("this shelf may not be");`,
      "  },",
      "};",
    ].join("\n"),
  };
}

let engine: Engine;
let project: PulumiProject | undefined;

beforeAll(async () => {
  engine = await ensureEngine();
});

afterEach(async () => {
  await project?.remove();
  project = undefined;
});

async function previewed(denied: string, command: "preview" | "up") {
  project = await pulumiProject(engine, files(denied));
  await project.pulumi("stack", "init", "dev");
  const yes = command === "up" ? ["--yes", "--skip-preview"] : [];
  const run = await project.pulumi(command, ...yes, "--policy-pack", path.join(project.folder, "pack"));
  const made = JSON.parse((await project.pulumi("stack", "export")).output).deployment.resources ?? [];
  return { ...run, made: made.map((resource: { type: string }) => resource.type) };
}

test("a pack on a file backend denies a preview, and its message is shown", async () => {
  const run = await previewed("books", "preview");
  expect(run.exitCode).not.toBe(0);
  expect(run.output).toContain("this shelf may not be");
});

test("a pack denies an up before the resource is in the state", async () => {
  const run = await previewed("books", "up");
  expect(run.exitCode).not.toBe(0);
  expect(run.output).toContain("this shelf may not be");
  expect(run.made).not.toContain("test:index:Shelf");
});

test("a pack whose rule does not apply lets the up pass", async () => {
  const run = await previewed("another", "up");
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.made).toContain("test:index:Shelf");
});
