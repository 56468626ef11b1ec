import { stripVTControlCharacters } from "node:util";
import type { z } from "zod";
import { PackError } from "./packError.ts";

/** @throws PackError `nonsense` that says what is not as it must be. */
export function parseSaid<Schema extends z.ZodType>(schema: Schema, said: unknown): z.output<Schema> {
  const parsed = schema.safeParse(said);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const at = first === undefined || first.path.length === 0 ? "" : `${first.path.map(String).join(".")} `;
  throw new PackError(
    "nonsense",
    `${at}${first?.message ?? "is not as it must be"}`.slice(0, 500),
    ruleOf(said, first),
  );
}

/** Of findings, the rule that the wrong one is said to be of. */
function ruleOf(said: unknown, issue: z.core.$ZodIssue | undefined): string | undefined {
  const index = issue?.path[0];
  if (!Array.isArray(said) || typeof index !== "number") return undefined;
  const rule: unknown = Object(said[index]).policy;
  return typeof rule === "string" ? rule.slice(0, 200) : undefined;
}

const LONGEST_WORDS = 500;

/** Why a process ended, by what it said last: of an error with its stack, the error. */
export function lastWords(said: string): string {
  const lines = stripVTControlCharacters(said)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("at "));
  const error = lines.find((line) => /\b\w*Error\b|FATAL/.test(line)) ?? lines.at(-1);
  return `its process ended: ${error ?? "it said nothing"}`.slice(0, LONGEST_WORDS);
}
