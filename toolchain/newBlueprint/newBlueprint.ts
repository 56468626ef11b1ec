import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type BlueprintNames, templates } from "./templates.ts";

/**
 * Writes a blueprint that works into a checkout: its folder, its line in the catalog, a place for its models in the sandbox, its tests.
 *
 * @returns the paths of the files it wrote or changed
 * @throws Error that says what to do, for a name that is none or that is taken; nothing is written then.
 */
export async function newBlueprint(root: string, name: string): Promise<readonly string[]> {
  const names = namesOf(name);
  const files = templates(names);
  const taken = Object.keys(files).find((file) => existsSync(path.join(root, file)));
  if (taken !== undefined) throw new Error(`${taken} is there already: choose another name.`);
  const changed = new Map(Object.entries(files));
  for (const [file, change] of Object.entries(lines)) {
    changed.set(file, change(await readFile(path.join(root, file), "utf8"), names));
  }
  for (const [file, text] of changed) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
  return [...changed.keys()];
}

function namesOf(name: string): BlueprintNames {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length < 3 || name.length > 40) {
    throw new Error(
      `${JSON.stringify(name)} is no name: give 3 to 40 lower-case letters, digits and hyphens, as in match-log.`,
    );
  }
  const camel = name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return { kebab: name, camel, pascal: `${camel.slice(0, 1).toUpperCase()}${camel.slice(1)}` };
}

/** The files that list blueprints or models, and what becomes of them. */
const lines: Readonly<Record<string, (text: string, names: BlueprintNames) => string>> = {
  "programs/catalog.ts": (text, { kebab, camel }) =>
    insertBefore(
      insertImport(text, `import { ${camel}Blueprint } from "./${kebab}/blueprint.ts";`),
      "\n} as const;",
      `\n  ${kebab.includes("-") ? `"${kebab}"` : kebab}: ${camel}Blueprint,`,
    ),
  "sandbox/aws/index.ts": (text, { camel }) =>
    insertBefore(
      insertImport(text, `import { ${camel}Models } from "./${camel}.ts";`),
      "\n];\n\n/** All AWS functions",
      `\n  ...${camel}Models,`,
    ),
};

/** Imports stand in the order of their modules. */
function insertImport(text: string, line: string): string {
  const moduleOf = (each: string): string => / from "(.+)";$/.exec(each)?.[1] ?? "";
  const all = text.split("\n");
  const own = (each: string): boolean => each.startsWith("import ") && moduleOf(each).startsWith("./");
  const later = all.findIndex((each) => own(each) && moduleOf(each) > moduleOf(line));
  const at = later < 0 ? all.findLastIndex(own) + 1 : later;
  return all.toSpliced(at, 0, line).join("\n");
}

function insertBefore(text: string, place: string, line: string): string {
  const at = text.indexOf(place);
  if (at < 0)
    throw new Error(`a file of this checkout has no ${JSON.stringify(place.trim())}: write the line by hand.`);
  return text.slice(0, at) + line + text.slice(at);
}
