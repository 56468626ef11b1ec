import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { z } from "zod";
import type { IndexedRule, RuleIndex } from "../gate/index.ts";

/** By what was decided: enough to say of each rule, when the rules are other ones, where it was asked. */
export const decidedBy = z.object({
  pack: z.string(),
  version: z.string(),
  rules: z.array(
    z.object({
      name: z.string(),
      level: z.enum(["advisory", "mandatory", "disabled"]),
      checks: z.array(z.object({ on: z.string(), types: z.array(z.string()).readonly() })).readonly(),
    }),
  ),
  settings: z.record(z.string(), z.record(z.string(), z.unknown())),
});
export type DecidedBy = z.output<typeof decidedBy>;

/** The name under which it is kept; of its content, so that nobody can give an old decision other rules. */
export function digestOf(content: RuleIndex | DecidedBy): string {
  const text = canonicalize(JSON.parse(JSON.stringify(content))) ?? "";
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
}

/** What a step is, as far as it decides which rules are asked. */
export interface AskedStep {
  readonly type: string;
  readonly step: string;
  readonly types?: readonly string[] | undefined;
  readonly touched?: readonly string[] | undefined;
}

/** Kinds of checks that are asked at a step; what only looks is asked of nothing. */
const askedAt: Readonly<Record<string, readonly string[]>> = {
  create: ["resource", "stack"],
  update: ["resource", "stack"],
  import: ["resource", "stack"],
  replace: ["resource", "stack", "deletion"],
  delete: ["deletion"],
};

/** Whether a rule reads such a step, were it not disabled; the same answer as the judge's own `rulesAsked`. */
export function concerns({ checks }: IndexedRule, { type, step, types = [], touched }: AskedStep): boolean {
  if (step !== "whole") return checks.some(({ on, types: of }) => askedAt[step]?.includes(on) && of.includes(type));
  const meets = (of: readonly string[], others: readonly string[]) => of.some((one) => others.includes(one));
  return checks.some(
    ({ on, types: of }) => on === "whole-stack" && meets(of, types) && (touched === undefined || meets(of, touched)),
  );
}
