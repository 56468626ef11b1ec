import { z } from "zod";
import type { Policy } from "../../api/policies/policy.ts";
import type { Blueprint } from "../../programs/blueprint.ts";

/** A blueprint of two inputs: one with a default, one that must be given. */
export const testBlueprint: Blueprint = {
  name: "arena",
  version: "1.2.3",
  title: "An arena",
  description: "For tests.",
  inputs: z.strictObject({
    players: z.int("give players as a whole number").min(1),
    colour: z.enum(["blue", "green"]).default("blue"),
    tuning: z.record(z.string(), z.number()).default({}),
    annex: z.string().optional(),
  }),
  outputs: [{ name: "endpoint", description: "Where to connect.", secret: false }],
  example: { players: 100 },
  reaches: ["/annex"],
  folder: new URL("./arena/", import.meta.url),
  load: () => Promise.reject(new Error("the API never loads a program")),
};

export const testPolicy: Policy = {
  name: "security-no-open-door",
  pack: "meridian",
  packVersion: "1.0.0",
  description: "No door is open.",
  level: "mandatory",
  severity: "high",
  reason: "Because.",
  controls: [{ framework: "House rules", version: "1", control: "1" }],
  remediation: ["Close the door."],
  settings: [],
};

/** A rule on steps, one that holds a figure under a limit, and one on deletions. */
export const exemptiblePolicies = [
  { name: "security-no-open-door", deletion: false },
  { name: "cost-limit-fleets", figure: "machines", deletion: false },
  { name: "reliability-protect-data-stores", deletion: true },
];
export const exemptionLimits = { longestDays: 90, warnDays: [7, 1] };

/** The smallest valid request for a stack set. */
export const launch = { name: "launch", blueprint: "arena", regions: ["eu-west-1"], inputs: { players: 100 } };

/** One whose outputs others take. */
export const groundBlueprint: Blueprint = {
  ...testBlueprint,
  name: "ground",
  title: "Ground to build on",
  inputs: z.strictObject({ size: z.int().default(1) }),
  example: {},
  outputs: [
    { name: "vpcId", description: "The network.", secret: false },
    { name: "zones", description: "Where it is.", secret: false },
    { name: "password", description: "Of the door.", secret: true },
  ],
};

const network = z.strictObject({
  vpcId: z.string().regex(/^vpc-[a-z0-9]+$/, "give the id of a network"),
  zones: z.array(z.string()).min(2, "give two zones"),
});

/** One that takes them, and has an output of its own. */
export const houseBlueprint: Blueprint = {
  ...testBlueprint,
  name: "house",
  title: "A house on some ground",
  inputs: z
    .strictObject({
      floors: z.int("give floors as a whole number").min(1).default(2),
      network: network.optional(),
      extra: z.union([network, z.literal("none")]).optional(),
      notes: z.array(z.string()).default([]),
    })
    .superRefine(({ floors, notes }, context) => {
      if (notes.length > floors) context.addIssue({ code: "custom", path: ["notes"], message: "give a note a floor" });
    }),
  example: {},
  outputs: [{ name: "address", description: "Where it stands.", secret: false }],
};
