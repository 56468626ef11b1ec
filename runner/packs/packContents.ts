import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { MOST_FINDINGS } from "./packMessages.ts";

/** What a pack of a team's own says, and is told. All of what it says is somebody else's word, and parsed. */

export const packKinds = ["crossguard", "rego"] as const;
export type PackKind = (typeof packKinds)[number];

const levels = ["advisory", "mandatory", "disabled"] as const;
const severity = z.enum(["low", "medium", "high", "critical"]);

/** Words that are shown in terminals, logs and pages: without what moves a cursor or hides text. */
const words = (longest: number) =>
  z
    .string()
    .max(longest)
    .overwrite((text) => stripVTControlCharacters(text).replaceAll(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, ""));

/** Names of rules: what stands in verdicts, exemptions and messages. */
const ruleName = z
  .string()
  .regex(/^(?!gate-)[A-Za-z0-9][A-Za-z0-9_./-]{0,199}$/, "is no name of a rule (letters, digits and _./-, not gate-…)");

const packPolicy = z.object({
  name: ruleName,
  description: words(2_000),
  level: z.enum(levels),
  severity: severity.optional(),
  /** Judged by each resource alone, or by all of a stack together. */
  on: z.enum(["resource", "stack"]),
  remediation: words(4_000).optional(),
});
export type PackPolicy = z.output<typeof packPolicy>;

export const packDescription = z.object({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, {
    error: "is no name of a pack (at most 100 letters, digits and _.-, beginning with a letter or digit)",
  }),
  version: z
    .string()
    .max(40, { error: "is no version (more than 40 characters)" })
    .regex(/^\d+\.\d+\.\d+$/, { error: "is no version (three numbers, such as 1.0.0)" }),
  description: words(2_000),
  policies: z
    .array(packPolicy)
    .min(1, { error: "names no rule" })
    .max(500)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, { error: "has two rules of one name" }),
});
export type PackDescription = z.output<typeof packDescription>;

const finding = z.object({
  policy: ruleName,
  level: z.enum(["advisory", "mandatory"], { error: "is no level of enforcement" }),
  severity: severity.optional(),
  message: words(4_000),
  /** Where the pack says that it is about another resource than the one it was asked about. */
  urn: z.string().max(2_000).optional(),
  /** The rule read, or may have read, a value that is not known yet. */
  unknown: z.boolean(),
});
export type PackFinding = z.output<typeof finding>;

/** Of one question. */
export const packFindings = z.array(finding).max(MOST_FINDINGS);

/** A resource as packs see it: plain JSON, without any secret. */
export interface PackResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly parent?: string;
  /** The reference of Pulumi's state: the provider's URN, `::` and its id. */
  readonly provider?: string;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** What a pack may know of the stack. */
export type StackTags = Readonly<Record<string, string>>;
