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
  }),
  outputs: [{ name: "endpoint", description: "Where to connect.", secret: false }],
  example: { players: 100 },
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
  framework: { name: "House rules", control: "1" },
  remediation: "Close the door.",
};

/** The smallest valid request for a stack set. */
export const launch = { name: "launch", blueprint: "arena", regions: ["eu-west-1"], inputs: { players: 100 } };
