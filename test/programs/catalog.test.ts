import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { catalog, isBlueprintName } from "../../programs/catalog.ts";
import { blueprintPage } from "./blueprintPage.ts";

const run = promisify(execFile);
const entry = fileURLToPath(new URL("../../programs/catalog.ts", import.meta.url));

/** The folders under node_modules that a fresh process has loaded files of, after running the code. */
async function packagesLoadedBy(code: string): Promise<readonly string[]> {
  const report = `
    const { registerHooks } = await import("node:module");
    const seen = new Set();
    registerHooks({ load(url, context, next) {
      const name = /node_modules\\/((@[^/]+\\/)?[^/]+)\\//.exec(url)?.[1];
      if (name) seen.add(name);
      return next(url, context);
    } });
    ${code}
    console.log(JSON.stringify([...seen]));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", report]);
  return JSON.parse(stdout);
}

describe("the catalog", () => {
  it("names each blueprint as it is called", () => {
    for (const [name, blueprint] of Object.entries(catalog.blueprints)) {
      expect(blueprint.name).toBe(name);
      expect(blueprint.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(isBlueprintName(name)).toBe(true);
    }
    expect(isBlueprintName("toString")).toBe(false);
  });

  it("loads no Pulumi SDK", async () => {
    const loaded = await packagesLoadedBy(`await import(${JSON.stringify(entry)});`);
    expect(loaded).toEqual(["zod"]);
  });

  it("loads the SDKs with a program, but none of their all-embracing entries of the clouds", async () => {
    const code = `await (await import(${JSON.stringify(entry)})).catalog.blueprints["game-servers"].load();
      const { createRequire } = await import("node:module");
      const all = Object.keys(createRequire(${JSON.stringify(entry)}).cache);
      for (const name of ["aws", "kubernetes"]) if (all.some((file) => file.endsWith("/@pulumi/" + name + "/index.js"))) seen.add("whole " + name);`;
    const loaded = await packagesLoadedBy(code);
    expect(loaded).toContain("@pulumi/aws");
    expect(loaded.filter((name) => name.startsWith("whole "))).toEqual([]);
  });

  it("has operating notes for each blueprint, whose front matter names it and its version", async () => {
    for (const { name, version, notes } of Object.values(catalog.blueprints)) {
      const text = await readFile(notes, "utf8");
      const frontMatter = /^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? "";
      expect(frontMatter).toContain(`blueprint: ${name}`);
      expect(frontMatter).toContain(`version: ${version}`);
    }
  });

  it("is what the reference pages say; after a change of it, run this test with --update", async () => {
    for (const blueprint of Object.values(catalog.blueprints)) {
      await expect(blueprintPage(blueprint)).toMatchFileSnapshot(`../../docs/blueprints/${blueprint.name}.md`);
    }
  });
});
