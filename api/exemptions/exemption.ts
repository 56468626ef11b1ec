import { z } from "zod";
import { regionName, teamParameter, thingName, timestamp } from "../http/schemas.ts";

/** What is written down; that a granted one is not in force yet, ended or was used up follows from clock and uses. */
const decisions = ["requested", "approved", "rejected", "withdrawn"] as const;
export type Decision = (typeof decisions)[number];

export const exemptionStatuses = [...decisions, "active", "expired", "exhausted"] as const;
export type ExemptionStatus = (typeof exemptionStatuses)[number];

const urnPattern = z
  .string()
  .min(1)
  .max(500)
  .describe("A pattern of URNs in which `*` stands for any text.")
  .meta({ example: "*::aws:dynamodb/table:Table::players" });

const scope = {
  stackSet: thingName.optional().describe("The stacks of this stack set."),
  stack: z
    .string()
    .min(1)
    .max(210)
    .optional()
    .describe("One stack: its name, and `project/name` for a stack of another project."),
  region: regionName.optional(),
  urn: urnPattern.optional(),
};
const aboutScope =
  "All that is said must fit. Without `stackSet` and `stack` it is for a whole team, and only an admin can approve it.";

/** A sentence, because it stands in the audit log and in the verdicts. */
const reason = z
  .string()
  .trim()
  .min(10, "Say in a sentence why: it stands in the audit log and in the verdicts.")
  .max(500);

export const createExemption = z
  .strictObject({
    policy: z.string().min(1).max(200).meta({ example: "reliability-protect-data-stores" }),
    team: teamParameter,
    scope: z
      .strictObject(scope)
      // A pattern of nothing but stars is as much as none.
      .refine(
        ({ urn, ...place }) => !/^\**$/.test(urn ?? "") || Object.values(place).some((member) => member !== undefined),
        {
          error: "A scope that narrows nothing. Give stackSet or stack, and region or urn where that is enough.",
        },
      )
      .describe(aboutScope),
    ceiling: z
      .number()
      .min(0)
      .optional()
      .describe("Of a policy that holds a figure under a limit: the largest that is let through."),
    reason,
    startsAt: timestamp.optional().describe("From when on it holds; from its approval without it."),
    endsAt: timestamp.describe("When it stops holding, to the millisecond."),
    maxUses: z
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .describe(
        "How many updates (with the service: operations) may take steps by it. Without it any number; once for a policy about deletions.",
      ),
  })
  .meta({ id: "CreateExemption" });
export type CreateExemption = z.output<typeof createExemption>;

const decided = z.object({ by: z.string(), person: z.string(), at: timestamp });

export const exemptionView = z
  .object({
    id: z.string().meta({ example: "ex_019321c8-7c1e-7bd2-9d3f-0a5b6c7d8e9f" }),
    team: z.string(),
    policy: z.string(),
    scope: z.object({ ...scope, stackSet: z.string().optional(), region: z.string().optional() }),
    ceiling: z.number().optional(),
    reason: z.string(),
    status: z
      .enum(exemptionStatuses)
      .describe(
        "`approved`: granted, and not begun; `active`: in force; `expired`: also one that nobody decided in time.",
      ),
    requestedBy: z.string(),
    requester: z.string().describe("The person who asked."),
    createdAt: timestamp,
    decided: decided.optional().describe("Who approved or rejected it."),
    withdrawn: decided.optional(),
    startsAt: timestamp.optional().describe("Absent until it is approved, where it is to hold from then on."),
    endsAt: timestamp,
    maxUses: z.int().optional(),
    uses: z.int(),
    lastUsedAt: timestamp.optional(),
    warnings: z.array(z.string()),
  })
  .meta({ id: "Exemption" });
export type ExemptionView = z.output<typeof exemptionView>;

/** What the status follows from. */
export interface StatusFacts {
  readonly decision: Decision;
  /** Undefined until it is approved, where it holds from then on. */
  readonly startsAt: Date | undefined;
  readonly endsAt: Date;
  readonly maxUses: number | undefined;
  readonly uses: number;
}

export function statusOf({ decision, startsAt, endsAt, maxUses, uses }: StatusFacts, now: Date): ExemptionStatus {
  if (decision === "rejected" || decision === "withdrawn") return decision;
  if (now >= endsAt) return "expired";
  if (decision === "requested") return "requested";
  if (maxUses !== undefined && uses >= maxUses) return "exhausted";
  return startsAt !== undefined && now < startsAt ? "approved" : "active";
}

export const DAY_MS = 86_400_000;

export interface ExemptionLimits {
  /** Days after which an exemption must end at the latest. */
  readonly longestDays: number;
  /** Days before its end at which it is warned of, the most first. */
  readonly warnDays: readonly number[];
}

/** When the warnings of an end begin. */
export const warnsFrom = (endsAt: Date, { warnDays }: ExemptionLimits): Date | undefined =>
  warnDays[0] === undefined ? undefined : new Date(endsAt.getTime() - warnDays[0] * DAY_MS);
