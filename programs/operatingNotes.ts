import { readdir, readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";

/** What a blueprint promises, as those who operate it measure it. */
const objective = z.strictObject({
  name: z.string(),
  /** What is counted, in words. */
  indicator: z.string(),
  /** In percent, as text: `99.9`. */
  target: z.string().regex(/^\d{1,2}(\.\d{1,3})?$/),
  windowDays: z.int().min(1).max(90),
});

/** One alarm that a stack may ring. */
const alarm = z.strictObject({
  /** The role in its physical name; `*` stands for what there are several of. */
  name: z.string(),
  severity: z.enum(["page", "ticket"]),
  means: z.string(),
  /** The file in `runbooks/`, without its ending. */
  runbook: z.string(),
});

/** What a person does by decision, without an alarm that asks for it. */
const procedure = z.strictObject({
  when: z.string(),
  /** The file in `runbooks/`, without its ending. */
  runbook: z.string(),
});

const notesHead = z.strictObject({
  blueprint: z.string(),
  version: z.string(),
  objectives: z.array(objective),
  alarms: z.array(alarm),
  procedures: z.array(procedure).default([]),
});

const runbookHead = z.strictObject({ title: z.string(), severity: z.enum(["page", "ticket"]) });

export interface Runbook extends z.output<typeof runbookHead> {
  readonly name: string;
  /** Markdown. */
  readonly text: string;
}

export interface OperatingNotes extends z.output<typeof notesHead> {
  /** Markdown. */
  readonly text: string;
  /** What the blueprint makes, as a Mermaid graph. */
  readonly diagram: string;
  readonly runbooks: readonly Runbook[];
}

/** The files that operating notes stand in, as text; a runbook's name is its file's, without the ending. */
export interface NotesTexts {
  readonly notes: string;
  readonly diagram: string;
  readonly runbooks: readonly { readonly name: string; readonly text: string }[];
}

/** Throws ZodError when a front matter does not say what it must, and YAMLParseError when it is no YAML. */
export function parseOperatingNotes({ notes, diagram, runbooks }: NotesTexts): OperatingNotes {
  const { head, text } = splitFrontMatter(notes);
  return { ...notesHead.parse(head), text, diagram, runbooks: runbooks.map(parseRunbook) };
}

/**
 * The operating notes in a blueprint's folder: `notes.md`, `diagram.mmd` and `runbooks/*.md`. Throws when a file is missing, or when its
 * front matter does not say what it must: these are files of a release, so that is a fault of the release.
 */
export async function readOperatingNotes(folder: URL): Promise<OperatingNotes> {
  const [notes, diagram, runbooks] = await Promise.all([
    readFile(new URL("notes.md", folder), "utf8"),
    readFile(new URL("diagram.mmd", folder), "utf8"),
    readRunbooks(new URL("runbooks/", folder)),
  ]);
  return parseOperatingNotes({ notes, diagram, runbooks });
}

async function readRunbooks(folder: URL): Promise<NotesTexts["runbooks"]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".md")).toSorted();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -".md".length),
      text: await readFile(new URL(file, folder), "utf8"),
    })),
  );
}

function parseRunbook({ name, text: markdown }: NotesTexts["runbooks"][number]): Runbook {
  const { head, text } = splitFrontMatter(markdown);
  return { ...runbookHead.parse(head), name, text };
}

function splitFrontMatter(markdown: string): { readonly head: unknown; readonly text: string } {
  const [, head = "", text = markdown] = /^---\n([\s\S]*?)\n---\n+([\s\S]*)$/.exec(markdown) ?? [];
  return { head: parse(head), text };
}
