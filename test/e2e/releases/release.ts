import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A copy of this checkout as some release, with one small blueprint more; its modules are links to ours. */
export interface Release {
  readonly folder: string;
  /** The entry of its control process. */
  readonly main: string;
  remove(): Promise<void>;
}

export interface ReleaseChange {
  /** What the small blueprint's names begin with: stands for any change of a blueprint's source. */
  readonly prefix: string;
  /** The version of @pulumi/random, if it is another than ours. */
  readonly randomVersion?: string;
}

const root = path.resolve(import.meta.dirname, "../../..");
const rooms = ["api", "runner", "programs", "policies", "pricing", "sandbox", "toolchain"];
const files = ["package.json", "package-lock.json"];
const RANDOM = "node_modules/@pulumi/random";

export async function makeRelease({ prefix, randomVersion }: ReleaseChange): Promise<Release> {
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-release-"));
  for (const name of [...rooms, ...files])
    await cp(path.join(root, name), path.join(folder, name), { recursive: true });
  await addBlueprint(folder, prefix);
  const modules = await realpath(path.join(root, "node_modules"));
  if (randomVersion === undefined) await symlink(modules, path.join(folder, "node_modules"));
  else await otherModules(folder, modules, randomVersion);
  const remove = () => rm(folder, { recursive: true, force: true });
  return { folder, main: path.join(folder, "api/main.ts"), remove };
}

async function addBlueprint(folder: string, prefix: string): Promise<void> {
  const place = path.join(folder, "programs/small");
  await mkdir(path.join(place, "runbooks"), { recursive: true });
  const head = "blueprint: small\nversion: 1.0.0\nobjectives: []\nalarms: []";
  const texts = {
    "notes.md": `---\n${head}\n---\n\nSmall.\n`,
    "diagram.mmd": "graph TD\n  pet\n",
    "blueprint.ts": `import { z } from "zod";
import type { Blueprint } from "../blueprint.ts";

const inputs = z.strictObject({ words: z.int().min(1).default(2) });

export const smallBlueprint: Blueprint<typeof inputs> = {
  name: "small",
  version: "1.0.0",
  title: "Small",
  description: "One random name.",
  inputs,
  example: {},
  outputs: [{ name: "pet", description: "The name.", secret: false }],
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).small,
};
`,
    "program.ts": `import { RandomPet } from "@pulumi/random/randomPet.js";

export async function small({ words }: { words: number }) {
  return { pet: new RandomPet("pet", { length: words, prefix: ${JSON.stringify(prefix)} }).id };
}
`,
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(path.join(place, name), text);
  const file = path.join(folder, "programs/catalog.ts");
  const catalog = await readFile(file, "utf8");
  const line = 'import { smallBlueprint } from "./small/blueprint.ts";\n';
  await writeFile(
    file,
    line + catalog.replace("const blueprints = {\n", "const blueprints = {\n  small: smallBlueprint,\n"),
  );
}

/** As npm would leave them after an upgrade of one provider: everything else is the same to the byte. */
async function otherModules(folder: string, modules: string, version: string): Promise<void> {
  const own = path.join(folder, "node_modules");
  await mkdir(path.join(own, "@pulumi"), { recursive: true });
  for (const name of await readdir(modules)) {
    if (!name.startsWith(".") && name !== "@pulumi") await symlink(path.join(modules, name), path.join(own, name));
  }
  for (const name of await readdir(path.join(modules, "@pulumi"))) {
    if (name !== "random") await symlink(path.join(modules, "@pulumi", name), path.join(own, "@pulumi", name));
  }
  await cp(path.join(modules, "@pulumi/random"), path.join(folder, RANDOM), { recursive: true });
  await changeJson(path.join(folder, RANDOM, "package.json"), (manifest) => ({ ...manifest, version }));
  await cp(path.join(modules, ".package-lock.json"), path.join(own, ".package-lock.json"));
  for (const lock of [path.join(own, ".package-lock.json"), path.join(folder, "package-lock.json")]) {
    await changeJson(lock, ({ packages, ...rest }) => {
      const all = Object(packages);
      return { ...rest, packages: { ...all, [RANDOM]: { ...all[RANDOM], version, integrity: "sha512-other" } } };
    });
  }
}

async function changeJson(
  file: string,
  change: (value: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Promise<void> {
  const value: unknown = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify(change(Object(value)), undefined, 2));
}
