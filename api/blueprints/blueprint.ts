import { z } from "zod";
import { timestamp } from "../http/schemas.ts";

export const blueprintView = z
  .object({
    name: z.string().meta({ example: "game-servers" }),
    version: z.string(),
    digest: z.string().describe("The identity of the artefact; a stack set keeps the one it was made with."),
    title: z.string(),
    description: z.string(),
    inputs: z.record(z.string(), z.unknown()).describe("The schema of a stack set's `inputs`, as JSON Schema 2020-12."),
    outputs: z.array(z.object({ name: z.string(), description: z.string(), secret: z.boolean() })),
    notes: z.string().describe("Operating notes, as Markdown."),
    publishedAt: timestamp,
  })
  .meta({ id: "Blueprint" });
export type BlueprintView = z.output<typeof blueprintView>;

/** The text of operating notes without the front matter that machines read. */
export function withoutFrontMatter(markdown: string): string {
  return markdown.replace(/^---\n[\s\S]*?\n---\n+/, "");
}
