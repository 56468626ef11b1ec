import { z } from "zod";
import { timestamp } from "../http/schemas.ts";

const severity = z.enum(["page", "ticket"]);

export const blueprintView = z
  .object({
    name: z.string().meta({ example: "game-servers" }),
    version: z.string(),
    digest: z.string().describe("The identity of the artefact; a stack set keeps the one it was made with."),
    title: z.string(),
    description: z.string(),
    inputs: z.record(z.string(), z.unknown()).describe("The schema of a stack set's `inputs`, as JSON Schema 2020-12."),
    outputs: z.array(z.object({ name: z.string(), description: z.string(), secret: z.boolean() })),
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
    runbooks: z.array(
      z.object({ name: z.string(), title: z.string(), severity, text: z.string().describe("Markdown.") }),
    ),
    publishedAt: timestamp,
  })
  .meta({ id: "Blueprint" });
export type BlueprintView = z.output<typeof blueprintView>;
