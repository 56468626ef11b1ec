import { z } from "zod";
import type { Placement } from "./blueprint.ts";
import { regionPattern } from "./regions.ts";
import type { BlueprintRun } from "./run.ts";

/** What is read of a stack's configuration: the full key, such as `aws:region`, to its text. */
export type ReadConfig = (key: string) => string | undefined;

export type StackConfig =
  | { readonly ok: true; readonly run: BlueprintRun }
  | { readonly ok: false; readonly problems: readonly string[] };

const label = z.string().min(1).max(256);

const texts = {
  "aws:region": z.string().regex(regionPattern, { error: "give a region such as eu-west-1" }),
  "meridian:blueprint": label,
  "meridian:stackSet": z.string().regex(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/, {
    error:
      "give 3 to 40 characters: lower-case letters, digits and hyphens, beginning with a letter, not ending with a hyphen",
  }),
  "meridian:target": label,
  "meridian:owner": label,
  "meridian:costCentre": label,
} as const;

const environments = z.enum(["development", "staging", "production"], {
  error: "give development, staging or production",
});
const clouds = z.enum(["sandbox", "aws"], { error: "give sandbox or aws" });
const accounts = z
  .string()
  .regex(/^\d{12}$/, { error: "give the twelve digits of an account" })
  .optional();

/** Where the built-in target stands; the service says the same, and another account means another provider and all its resources anew. */
const BUILT_IN_ACCOUNT = "000000000000";

/**
 * Reads what to build, and where, from a stack's name and configuration. Every problem is reported, each with the command that
 * mends it. `stack` is the name without organisation and project: `<stack set>.<target>.<region>`.
 */
export function readStackConfig(stack: string, read: ReadConfig): StackConfig {
  const problems: string[] = [];
  const take = <T>(key: string, schema: z.ZodType<T>): T | undefined => {
    const text = read(key);
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    const advice = result.error.issues[0]?.message ?? "it is invalid";
    problems.push(
      text === undefined ? `${key} is missing: pulumi config set ${key} …` : `${key} is "${text}": ${advice}`,
    );
    return undefined;
  };
  const region = take("aws:region", texts["aws:region"]);
  const blueprint = take("meridian:blueprint", texts["meridian:blueprint"]);
  const stackSet = take("meridian:stackSet", texts["meridian:stackSet"]);
  const target = take("meridian:target", texts["meridian:target"]);
  const owner = take("meridian:owner", texts["meridian:owner"]);
  const costCentre = take("meridian:costCentre", texts["meridian:costCentre"]);
  // The built-in target is a development one; elsewhere a stack without an environment is held to the strictest rules, as policies do.
  const builtIn = target === "sandbox";
  const environment = take("meridian:environment", environments.default(builtIn ? "development" : "production"));
  const cloud = take("meridian:cloud", clouds.default(builtIn ? "sandbox" : "aws"));
  const account = take("meridian:account", builtIn ? accounts.default(BUILT_IN_ACCOUNT) : accounts);
  const inputs = readInputs(read("meridian:inputs"), problems);

  if (stackSet !== undefined && target !== undefined && region !== undefined) {
    const expected = `${stackSet}.${target}.${region}`;
    if (stack !== expected) {
      problems.push(
        `the stack is called ${stack}, its configuration says ${expected}: use the stack or the values that belong together`,
      );
    }
  }
  if (
    region === undefined ||
    blueprint === undefined ||
    stackSet === undefined ||
    target === undefined ||
    owner === undefined ||
    costCentre === undefined ||
    environment === undefined ||
    cloud === undefined ||
    problems.length > 0
  ) {
    return { ok: false, problems };
  }
  const placement: Placement = {
    stackSet,
    target,
    region,
    environment,
    owner,
    costCentre,
    cloud,
    ...(account === undefined ? {} : { account }),
  };
  return { ok: true, run: { blueprint, inputs, placement } };
}

function readInputs(text: string | undefined, problems: string[]): unknown {
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push(`meridian:inputs is no JSON (${reason}): give one object, such as {"peakPlayers": 20000}`);
    return undefined;
  }
}
