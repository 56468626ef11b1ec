import { z } from "zod";
import { ARCHIVE_BYTES } from "../../programs/artefacts/archive.ts";
import { teamParameter, timestamp } from "../http/schemas.ts";

const severity = z.enum(["page", "ticket"]);

const commit = z.string().regex(/^[0-9a-f]{40,64}$/, "Give the full commit, in lower-case hexadecimal digits.");
const gitUrl = z
  .string()
  .min(1)
  .max(500)
  .refine(
    // A token can stand in the place of the user as well; ssh needs a user there.
    (url) => !/^https?:\/\/[^/]*@|^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(url),
    "Take the password or token out of the address: it would be shown to others.",
  );

/** Where the files of an artefact were taken from, as who published it says. */
export const publishedFrom = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("folder") }),
  z.strictObject({ kind: z.literal("git"), url: gitUrl, commit, folder: z.string().max(200).optional() }),
]);

const origin = z.discriminatedUnion("kind", [
  ...publishedFrom.options,
  z.strictObject({ kind: z.literal("release").describe("It came with the service.") }),
]);
export type Origin = z.output<typeof origin>;

/** What an artefact says of itself, as it is stored. */
export const blueprintManifest = z.object({
  version: z.string(),
  title: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), z.unknown()).describe("The schema of a stack set's `inputs`, as JSON Schema 2020-12."),
  outputs: z.array(z.object({ name: z.string(), description: z.string(), secret: z.boolean() })),
  reaches: z
    .array(z.string())
    .default([])
    .describe(
      "Where it makes things beside a stack's own region: regions, and JSON pointers into the inputs that name them.",
    ),
  example: z.record(z.string(), z.unknown()).describe("The smallest inputs that the schema takes."),
  notes: z.string().describe("Operating notes, as Markdown."),
  diagram: z.string().describe("What it makes, as a Mermaid graph."),
  objectives: z.array(
    z.object({
      name: z.string(),
      indicator: z.string().describe("What is counted."),
      target: z.string().describe("In percent, as a decimal string."),
      windowDays: z.int(),
    }),
  ),
  alarms: z.array(
    z.object({
      name: z.string().describe("The role in its physical name; `*` stands for what there are several of."),
      severity,
      means: z.string(),
      runbook: z.string().describe("The name of one of `runbooks`."),
    }),
  ),
  procedures: z
    .array(z.object({ when: z.string(), runbook: z.string() }))
    .default([])
    .describe("What is done by plan and not because an alarm rings, each with the name of its runbook."),
  runbooks: z.array(
    z.object({ name: z.string(), title: z.string(), severity, text: z.string().describe("Markdown.") }),
  ),
});
export type BlueprintManifest = z.output<typeof blueprintManifest>;

export const blueprintView = z
  .object({
    name: z.string().meta({ example: "game-servers" }),
    digest: z.string().describe("The identity of the artefact; a stack set keeps the one it was made with."),
    team: z.string().optional().describe("Whose it is; absent for those that every team may use."),
    ...blueprintManifest.shape,
    publishedAt: timestamp,
    publishedBy: z.string().describe("The name of a key, or `service`."),
    publishedFrom: origin,
  })
  .meta({ id: "Blueprint" });
export type BlueprintView = z.output<typeof blueprintView>;

export const publishBlueprint = z
  .strictObject({
    archive: z
      .base64("Give the archive in base64.")
      .max(Math.ceil(ARCHIVE_BYTES / 3) * 4, `Give at most ${ARCHIVE_BYTES} bytes, before they are written in base64.`)
      .describe(
        "A gzipped tar of the artefact's files: `blueprint.json`, `package.json`, `package-lock.json`, `notes.md`, `diagram.mmd`, `runbooks/*.md` and the program. docs/publishing.md.",
      ),
    digest: z.string().optional().describe("The digest that the publisher worked out; another one is refused."),
    from: publishedFrom.default({ kind: "folder" }),
    everyone: z.boolean().default(false).describe("For all teams; an admin's right."),
    team: teamParameter,
  })
  .meta({ id: "PublishBlueprint" });
export type PublishBlueprint = z.output<typeof publishBlueprint>;
