import { z } from "zod";
import type { Tx } from "../db/database.ts";
import { dependents, dependsOn } from "../dependencies/dependencyViews.ts";
import { cloud, regionList, thingName, timestamp } from "../http/schemas.ts";

const inputs = z.record(z.string(), z.unknown());

export const stackSetView = z
  .object({
    name: thingName,
    team: z.string(),
    blueprint: z.string(),
    blueprintDigest: z.string(),
    target: z.string(),
    cloud: cloud.describe("`sandbox` is simulated; nothing there is a real cloud's."),
    regions: z.array(z.string()),
    inputs: inputs.describe(
      "With the blueprint's defaults filled in; as they were given where one of them refers to an output of another stack set.",
    ),
    dependsOn,
    dependents,
    status: z.enum(["active", "deleting"]),
    generation: z.int().describe("Rises with each change; the ETag."),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "StackSet" });
export type StackSetView = z.output<typeof stackSetView>;

/** A stack set as the service knows it: its `id` tells it from others that had the name before. */
export interface StackSet extends StackSetView {
  readonly id: string;
}

/** An artefact as a request names it. */
export const artefactChoice = z
  .union([z.literal("latest"), z.string().regex(/^sha256:[\w-]{1,64}$/)], {
    error: 'Give "latest", or a digest as GET /v1/blueprints/{name}/versions shows it.',
  })
  .meta({ example: "latest" });

export const createStackSet = z
  .strictObject({
    name: thingName,
    blueprint: z.string().meta({ example: "game-servers" }),
    target: z.string().default("sandbox"),
    regions: regionList.describe("In the order in which they are built."),
    inputs: inputs
      .default({})
      .describe(
        'As the blueprint\'s schema says. Anywhere in them a value may be taken from an output of another stack set: `{"from": "network", "output": "vpcId"}`, of the same region unless `region` names another.',
      ),
    blueprintDigest: artefactChoice.optional().describe("Which artefact; the blueprint's present one without it."),
    team: thingName.optional().describe("An admin's choice; `default` without it."),
  })
  .meta({ id: "CreateStackSet" });
export type CreateStackSet = z.output<typeof createStackSet>;

export const patchStackSet = z
  .strictObject({
    regions: regionList.optional(),
    inputs: inputs.nullable().optional(),
    blueprintDigest: artefactChoice
      .optional()
      .describe(
        "Moves all stacks to another artefact, also back to an older one. Without it they stay where they are.",
      ),
  })
  .meta({
    id: "PatchStackSet",
    description: "A JSON merge patch (RFC 7396): `null` removes an input, which brings its default back.",
  });
export type PatchStackSet = z.output<typeof patchStackSet>;

/** What a rollout is started from, inside the transaction that changes the stack set. */
export interface RolloutRequest {
  readonly kind: "create" | "update" | "destroy";
  readonly stackSet: Pick<StackSet, "id" | "name" | "team" | "generation">;
  /** The regions before and after the change. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly requestedBy: string;
  /** Who asked, in one spelling. */
  readonly person: string;
}

/** What a stack set needs of rollouts. */
export interface RolloutStarter {
  /** @throws Problem `rollout-pending` when one waits already behind the one that runs. */
  start(tx: Tx, request: RolloutRequest): Promise<RolloutView>;
  /** The teardown of the stack set that is under way or waits. */
  teardownOf(tx: Tx, stackSetId: string): Promise<RolloutView | undefined>;
}

/** As much of a rollout as matters here; its other members pass through to the answer. */
export interface RolloutView {
  readonly id: string;
}
