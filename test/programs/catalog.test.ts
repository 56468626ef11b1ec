import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { type BlueprintName, catalog, checkInputs, isBlueprintName } from "../../programs/catalog.ts";
import { readOperatingNotes } from "../../programs/operatingNotes.ts";
import { blueprintDiagram } from "./blueprintDiagram.ts";
import { blueprintPage } from "./blueprintPage.ts";
import { recordBlueprint } from "./recordedStack.ts";

const blueprints = Object.entries(catalog.blueprints).map(([name, blueprint]) => ({
  ...blueprint,
  name: name as BlueprintName, // the catalog's own keys
}));

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
  it("stands in the order of the alphabet", () => {
    const names = Object.keys(catalog.blueprints);
    expect(names).toEqual(names.toSorted());
  });

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
    expect(loaded.toSorted()).toEqual(["yaml", "zod"]);
  });

  it("loads the SDKs with a program, but none of their all-embracing entries of the clouds", async () => {
    const code = `for (const each of Object.values((await import(${JSON.stringify(entry)})).catalog.blueprints)) await each.load();
      const { createRequire } = await import("node:module");
      const all = Object.keys(createRequire(${JSON.stringify(entry)}).cache);
      for (const name of ["aws", "kubernetes"]) if (all.some((file) => file.endsWith("/@pulumi/" + name + "/index.js"))) seen.add("whole " + name);`;
    const loaded = await packagesLoadedBy(code);
    expect(loaded).toContain("@pulumi/aws");
    expect(loaded.filter((name) => name.startsWith("whole "))).toEqual([]);
  });

  it.each(blueprints)("has an example of $name's inputs that its schema takes", (blueprint) => {
    expect(checkInputs(blueprint, blueprint.example)).toMatchObject({ ok: true });
  });

  it.each(blueprints)(
    "has operating notes for $name, whose front matter names it and its version",
    async (blueprint) => {
      const notes = await readOperatingNotes(blueprint.folder);
      expect(notes).toMatchObject({ blueprint: blueprint.name, version: blueprint.version });
      expect(notes.objectives.length).toBeGreaterThan(0);
      expect(notes.runbooks.map(({ name }) => name)).toEqual(
        [...new Set([...notes.alarms, ...notes.procedures].map(({ runbook }) => runbook))].toSorted(),
      );
    },
  );

  it.each(blueprints)("has a runbook for each alarm that $name makes", async ({ name, folder }) => {
    const { alarms } = await readOperatingNotes(folder);
    const { resources } = await recordBlueprint({ blueprint: name });
    const forms = alarms.map((alarm) => new RegExp(`-${alarm.name.replaceAll("*", "[a-z0-9-]+")}-[0-9a-f]{8}$`));
    const made = resources
      .filter(({ type }) => /^aws:cloudwatch\/(metric|composite)Alarm:/.test(type))
      .map(({ inputs }) => String(inputs["name"] ?? inputs["alarmName"]));
    expect(made.filter((alarm) => !forms.some((form) => form.test(alarm)))).toEqual([]);
  });

  it.each(blueprints)(
    "is what $name's reference page says; after a change run this test with --update",
    async (blueprint) => {
      await expect(blueprintPage(blueprint)).toMatchFileSnapshot(`../../docs/blueprints/${blueprint.name}.md`);
    },
  );

  it.each(blueprints)("is what $name's diagram shows; after a change run this test with --update", async ({ name }) => {
    const diagram = blueprintDiagram(await recordBlueprint({ blueprint: name }));
    await expect(diagram).toMatchFileSnapshot(`../../programs/${name}/diagram.mmd`);
  });

  it.each(blueprints)(
    "has in $name a program whose outputs are those described, secret ones marked",
    async (blueprint) => {
      const { outputs, secretOutputs } = await recordBlueprint({ blueprint: blueprint.name });
      expect(Object.keys(outputs).toSorted()).toEqual(blueprint.outputs.map(({ name }) => name).toSorted());
      expect(secretOutputs.toSorted()).toEqual(
        blueprint.outputs.flatMap(({ name, secret }) => (secret ? [name] : [])).toSorted(),
      );
    },
  );
});
