import { z } from "zod";
import { pageParameters } from "../http/paging.ts";
import { teamParameter, thingName, timestamp } from "../http/schemas.ts";

const outcomes = ["pass", "fail", "unknown", "exempted", "not-applicable", "not-run"] as const;
export type Outcome = (typeof outcomes)[number];

const whys = {
  disabled: "the organisation's settings switch the rule off",
  "no-judgement": "the pack gave no judgement, and the step was refused for that",
  "not-shown": "the door does not show it: what an import brings is known when it is done",
  "never-taken": "the preview did not know it, and the update ended before the step",
} as const;
type Why = keyof typeof whys;
const whyNames = Object.keys(whys) as [Why, ...Why[]]; // the keys of the const object above

/** What one rule was found to say of one resource. */
export const decision = z
  .object({
    row: z.int().describe("The row of the ledger; one row holds all that was judged at once."),
    position: z.int().optional().describe("The row's place in the chain; absent for the moment until it is chained."),
    at: timestamp,
    team: thingName,
    stack: z.string().describe("As `project/name`, as it was called."),
    operation: z.string().optional(),
    update: z.string().optional(),
    phase: z.enum(["preview", "up", "admission"]),
    urn: z.string(),
    resourceType: z.string(),
    step: z.enum(["create", "update", "replace", "delete", "import", "read", "refresh", "whole"]).meta({
      description:
        "`whole`: what only all resources of a stack together tell. What passes there stands under the stack's own URN.",
    }),
    taken: z.boolean().describe("Whether the step was allowed; false too where it was stopped with another."),
    policy: z.string(),
    pack: z.string(),
    packVersion: z.string(),
    level: z.enum(["advisory", "mandatory", "disabled"]),
    outcome: z.enum(outcomes),
    why: z
      .enum(whyNames)
      .optional()
      .describe(`Of \`not-run\`: ${whyNames.map((name) => `\`${name}\` (${whys[name]})`).join(", ")}.`),
    messages: z.array(z.string()).describe("What was said; never a secret value."),
    exemptions: z.array(z.string()).optional().describe("By which exemptions it was let through."),
    settled: z
      .object({ row: z.int(), outcome: z.enum(outcomes) })
      .optional()
      .describe("Of what a preview did not know: what the step's own judgement said."),
  })
  .meta({ id: "Decision" });
export type Decision = z.output<typeof decision>;

/** Several outcomes with commas between them; those that concern the resource, where none is named. */
const outcomeList = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(z.enum(outcomes)).min(1))
  .optional()
  .meta({
    description: "Outcomes, with commas between them. All but `not-applicable` without it.",
    example: "fail,unknown",
  });

/** What decisions of one operation can be narrowed by. */
export const decisionFilter = {
  ...pageParameters,
  policy: z.string().max(200).optional(),
  urn: z.string().max(2_000).optional(),
  outcome: outcomeList,
};

export const decisionListFilter = {
  ...decisionFilter,
  team: teamParameter,
  stack: z.string().max(400).optional().describe("As `project/name`, or the name alone of a stack of a stack set."),
};

export interface DecisionFilter {
  readonly policy?: string | undefined;
  readonly urn?: string | undefined;
  readonly outcome?: readonly Outcome[] | undefined;
}

/** What is shown where no outcome is named. */
export const usual: readonly Outcome[] = outcomes.filter((outcome) => outcome !== "not-applicable");

export function isAskedFor({ policy, urn, outcome = usual }: DecisionFilter, found: Decision): boolean {
  if (policy !== undefined && policy !== found.policy) return false;
  return (urn === undefined || urn === found.urn) && outcome.includes(found.outcome);
}
