import { z } from "zod";
import { money } from "../budgets/money.ts";
import { staleInputs } from "../dependencies/dependencyViews.ts";
import { unpricedView } from "../estimates/costViews.ts";
import { cloud, door, timestamp } from "../http/schemas.ts";

const stackStatuses = ["absent", "creating", "ready", "updating", "deleting", "failed"] as const;
export type StackStatus = (typeof stackStatuses)[number];

/** The project of every stack that the service makes (API.md, "Teams"). */
export const OWN_PROJECT = "meridian";

export const stackView = z
  .object({
    id: z.string().describe("What stands in URLs: the name, and `project/name` for stacks of other projects."),
    name: z.string().meta({ example: "launch.sandbox.eu-west-1" }),
    team: z.string(),
    project: z.string(),
    stackSet: z.string().optional(),
    target: z.string().optional(),
    cloud: cloud.optional().describe("`sandbox` is simulated; nothing there is a real cloud's."),
    region: z.string().optional(),
    blueprintDigest: z
      .string()
      .optional()
      .describe("The artefact it is built from: its stack set's, or the one it was moved to."),
    status: z.enum(stackStatuses),
    outputs: z.record(z.string(), z.unknown()).describe('A secret output is `{"secret": true}`.'),
    resourceCount: z.int(),
    lastOperation: z.string().optional().describe("The id of the newest operation."),
    doors: z.array(door),
    findings: z.int().describe("How many faults were found when they stood already, and are open: `GET /v1/findings`."),
    stale: staleInputs.optional(),
    estimate: z
      .object({
        monthly: money,
        unpriced: z.array(unpricedView).describe("What has no price and counts as nothing."),
        regionAssumed: z.array(unpricedView).describe("What is priced as in the dearest region."),
        since: timestamp.describe("When it came to cost this."),
      })
      .optional()
      .describe("What it costs a month as it stands, by the price book; absent where that was not put down yet."),
  })
  .meta({ id: "Stack" });
export type Stack = z.output<typeof stackView>;

/** What the status follows from. */
export interface StackFacts {
  readonly resourceCount: number;
  /** Creates that were in flight when an engine died. */
  readonly suspects: number;
  /** The newest work that was to change the stack, by the service or by a laptop. */
  readonly latest: { readonly kind: string; readonly status: string } | undefined;
}

const waiting: readonly string[] = ["queued", "awaiting-approval", "created"];
const succeeded = "succeeded";
const working: readonly string[] = ["previewing", "running", "cancelling"];

/** Work that waits says nothing yet; work under way says what is becoming of the stack; after that its outcome does. */
export function statusOf({ resourceCount, suspects, latest }: StackFacts): StackStatus {
  if (latest !== undefined && working.includes(latest.status)) {
    if (latest.kind === "destroy") return "deleting";
    return resourceCount === 0 ? "creating" : "updating";
  }
  const settled = latest === undefined || waiting.includes(latest.status) || latest.status === succeeded;
  if (!settled || suspects > 0) return "failed";
  return resourceCount === 0 ? "absent" : "ready";
}

export interface StackAddress {
  readonly project: string;
  readonly name: string;
}

export function idOf({ project, name }: StackAddress): string {
  return project === OWN_PROJECT ? name : `${project}/${name}`;
}

export function addressOf(id: string): StackAddress {
  const slash = id.indexOf("/");
  return slash < 0 ? { project: OWN_PROJECT, name: id } : { project: id.slice(0, slash), name: id.slice(slash + 1) };
}
