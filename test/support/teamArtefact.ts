import { readFileSync } from "node:fs";
import { packFiles } from "../../programs/artefacts/archive.ts";
import { type ArtefactFile, digestOfFiles } from "../../programs/artefacts/artefactFile.ts";
import { lockOf, packageLock } from "../../programs/artefacts/packageLock.ts";

/** A blueprint of a team's own as the files of its folder: one random name, of as many words as asked for. */
export interface TeamFolder {
  readonly files: readonly ArtefactFile[];
  readonly digest: string;
  /** In base64, as a request carries it. */
  readonly archive: string;
}

type Texts = Readonly<Record<string, string | undefined>>;

const usual = ["@pulumi/pulumi", "@pulumi/random"];

const program = (prefix: string) => `import { RandomPet } from "@pulumi/random/randomPet.js";

export async function program(inputs, placement) {
  const pet = new RandomPet("pet", { length: inputs.words ?? 2, prefix: "${prefix}" });
  return { name: pet.id, region: placement.region };
}

export function checkInputs({ words = 2, loud = false }) {
  return loud && words > 3 ? [{ pointer: "/words", message: "give at most 3 words where loud is true" }] : [];
}
`;

/** Files of the folder by path; what is undefined is left out. The others are those of a blueprint that is taken. */
export function teamFolder(
  changed: Texts = {},
  { name = "pets", version = "1.0.0", prefix = "a", packages = usual } = {},
): TeamFolder {
  const lock = lockOf(packageLock.parse(JSON.parse(readFileSync("package-lock.json", "utf8"))), packages);
  const dependencies = lock.packages[""]?.dependencies;
  const manifest = {
    format: 1,
    name,
    version,
    title: "Pets",
    description: "For tests.",
    program: "program.ts",
    inputs: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { words: { type: "integer", minimum: 1, maximum: 9, default: 2 }, loud: { type: "boolean" } },
      additionalProperties: false,
    },
    outputs: [{ name: "name", description: "The pet's.", secret: false }],
    example: {},
  };
  const texts: Texts = {
    "blueprint.json": JSON.stringify(manifest),
    "package.json": JSON.stringify({ private: true, type: "module", dependencies }),
    "package-lock.json": JSON.stringify(lock),
    "notes.md": `---\nblueprint: ${name}\nversion: ${version}\nobjectives: []\nalarms: []\n---\n\n# Pets\n`,
    "diagram.mmd": "graph TD\n  pet\n",
    "program.ts": program(prefix),
    ...changed,
  };
  const files = Object.entries(texts).flatMap(([path, text]) =>
    text === undefined ? [] : [{ path, content: Buffer.from(text) }],
  );
  return { files, digest: digestOfFiles(files), archive: packFiles(files).toString("base64") };
}

/** The folder's blueprint.json with some members changed, as text. */
export function manifestWith(change: Readonly<Record<string, unknown>>): string {
  const { files } = teamFolder();
  const manifest: unknown = JSON.parse(files.find(({ path }) => path === "blueprint.json")?.content.toString() ?? "");
  return JSON.stringify({ ...Object(manifest), ...change });
}
