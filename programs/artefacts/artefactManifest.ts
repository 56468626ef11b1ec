import { z } from "zod";
import { type OperatingNotes, parseOperatingNotes } from "../operatingNotes.ts";
import { type ArtefactFile, textOf } from "./artefactFile.ts";
import { lockFaults, packageLock } from "./packageLock.ts";

const text = z.string().min(1).max(2_000);

/** `blueprint.json`: what a blueprint is to those who ask for stacks, as data. */
const artefactManifest = z.strictObject({
  /** How a runner calls the program (docs/adr/0026). */
  format: z.literal(1, { error: "give 1, the one format there is" }),
  name: z.string().regex(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/, {
    error: "give 3 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen",
  }),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, { error: "give three numbers, such as 1.0.0" }),
  title: text,
  description: text,
  /** The module that exports `program`, and may export `checkInputs`. */
  program: z.string().regex(/\.(ts|js|mjs)$/, { error: "give the path of a module that ends in .ts, .js or .mjs" }),
  /** JSON Schema 2020-12. */
  inputs: z.looseObject({ type: z.literal("object", { error: 'give "object": inputs are an object' }) }),
  outputs: z.array(z.strictObject({ name: text, description: text, secret: z.boolean() })).max(200),
  /** Where it makes things beside a stack's own region: regions, and JSON pointers into the inputs (`reachedRegions`). */
  reaches: z
    .array(
      z
        .string()
        .max(500)
        .regex(/^(\/.+|[a-z]{2}(-[a-z]+)+-\d)$/, {
          error: "give a region such as us-east-1, or a JSON pointer into the inputs such as /copyRegion",
        }),
    )
    .max(20)
    .default([]),
  /** The smallest inputs that the schema takes. */
  example: z.record(z.string(), z.unknown()),
});
export type ArtefactManifest = z.output<typeof artefactManifest>;

export interface ArtefactContents {
  readonly manifest: ArtefactManifest;
  readonly notes: OperatingNotes;
}

/** Its messages say which file, what is wrong with it, and what to give. */
export interface ArtefactFault {
  readonly file: string;
  readonly message: string;
}

export type ReadArtefact =
  | { readonly ok: true; readonly contents: ArtefactContents }
  | { readonly ok: false; readonly faults: readonly ArtefactFault[] };

/** Bytes of the files that are shown to whoever asks for stacks, and go into every list of blueprints. */
const SHOWN_BYTES = 128 * 1024;
const isShown = ({ path }: ArtefactFile): boolean =>
  /^(?:blueprint\.json|notes\.md|diagram\.mmd|runbooks\/[^/]+\.md)$/.test(path);

/** Reads what an artefact says of itself, and whether it has what a runner needs. Every fault is reported. */
export function readArtefact(files: readonly ArtefactFile[]): ReadArtefact {
  const shown = files.filter(isShown).reduce((sum, { content }) => sum + content.length, 0);
  if (shown > SHOWN_BYTES) {
    const message = `with notes.md, diagram.mmd and the runbooks it has ${shown} bytes, and at most ${SHOWN_BYTES} are shown: shorten them`;
    return { ok: false, faults: [{ file: "blueprint.json", message }] };
  }
  const faults: ArtefactFault[] = [];
  const manifest = readJson(files, "blueprint.json", artefactManifest, faults);
  readJson(files, "package.json", z.looseObject({}), faults);
  const lock = readJson(files, "package-lock.json", packageLock, faults);
  for (const message of lock === undefined ? [] : lockFaults(lock)) faults.push({ file: "package-lock.json", message });
  if (manifest !== undefined && textOf(files, manifest.program) === undefined) {
    faults.push({ file: "blueprint.json", message: `/program: there is no file ${manifest.program} in the archive` });
  }
  const notes = readNotes(files, manifest, faults);
  if (manifest === undefined || notes === undefined || faults.length > 0) return { ok: false, faults };
  return { ok: true, contents: { manifest, notes } };
}

function readJson<T>(
  files: readonly ArtefactFile[],
  file: string,
  schema: z.ZodType<T>,
  faults: ArtefactFault[],
): T | undefined {
  const content = textOf(files, file);
  if (content === undefined) {
    faults.push({ file, message: "it is missing: put it at the top of the folder" });
    return undefined;
  }
  const parsed = schema.safeParse(jsonOf(content));
  if (parsed.success) return parsed.data;
  faults.push(...parsed.error.issues.map((issue) => ({ file, message: issueText(issue) })));
  return undefined;
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // which no schema here takes
  }
}

function readNotes(
  files: readonly ArtefactFile[],
  manifest: ArtefactManifest | undefined,
  faults: ArtefactFault[],
): OperatingNotes | undefined {
  const [notes, diagram] = [textOf(files, "notes.md"), textOf(files, "diagram.mmd")];
  const missing = [...(notes === undefined ? ["notes.md"] : []), ...(diagram === undefined ? ["diagram.mmd"] : [])];
  for (const file of missing) faults.push({ file, message: "it is missing: put it at the top of the folder" });
  if (notes === undefined || diagram === undefined) return undefined;
  const runbooks = files.flatMap(({ path, content }) => {
    const [, name] = /^runbooks\/([^/]+)\.md$/.exec(path) ?? [];
    return name === undefined ? [] : [{ name, text: content.toString("utf8") }];
  });
  const read = tryNotes({ notes, diagram, runbooks }, faults);
  if (read === undefined) return undefined;
  if (manifest !== undefined && (read.blueprint !== manifest.name || read.version !== manifest.version)) {
    const message = `it is about ${read.blueprint} ${read.version}, blueprint.json about ${manifest.name} ${manifest.version}: make them agree`;
    faults.push({ file: "notes.md", message });
  }
  for (const { name, runbook } of read.alarms) {
    if (runbooks.some((each) => each.name === runbook)) continue;
    faults.push({
      file: "notes.md",
      message: `the alarm ${name} names the runbook ${runbook}: write runbooks/${runbook}.md`,
    });
  }
  return read;
}

function tryNotes(
  texts: Parameters<typeof parseOperatingNotes>[0],
  faults: ArtefactFault[],
): OperatingNotes | undefined {
  try {
    return parseOperatingNotes(texts);
  } catch (error) {
    const reason = error instanceof z.ZodError ? error.issues.map(issueText).join("; ") : String(error);
    faults.push({ file: "notes.md or a runbook", message: `its front matter is not as it must be: ${reason}` });
    return undefined;
  }
}

function issueText({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `/${path.map(String).join("/")}: ${message}`;
}
