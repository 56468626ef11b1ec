import type { Level } from "./judgedResource.ts";
import type { Rule } from "./rule.ts";
import { SettingFault } from "./setting.ts";

/** What is set for one rule; a rule that is not named is as the pack has it. */
export interface RuleSettings {
  /** `disabled`: the rule is not asked at all. */
  readonly level?: Level | "disabled";
  /** Values by the name of the setting, in the form that the rule reads. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What is set, by the rule's name. */
export type PolicySettings = ReadonlyMap<string, RuleSettings>;

export const noSettings: PolicySettings = new Map();

const levels: readonly unknown[] = ["advisory", "mandatory", "disabled"];
const ALL = "all";

/**
 * Reads settings in the form of Pulumi's `--policy-pack-config`: for each policy, or `all`, a level or an object of
 * `enforcementLevel` and the policy's own settings. So one file does at every door.
 *
 * @returns the settings and every fault found, each with where it stands; with a fault none of them is to be used
 */
export function readPolicySettings(
  given: unknown,
  rules: readonly Rule[],
): { readonly settings: PolicySettings; readonly faults: readonly string[] } {
  if (!isObject(given)) return { settings: noSettings, faults: ["the settings must be an object of policies"] };
  const faults: string[] = [];
  const settings = new Map<string, RuleSettings>();
  const ofAll = Object.hasOwn(given, ALL) ? readRule(ALL, given[ALL], undefined, faults) : undefined;
  for (const rule of rules) {
    const own = Object.hasOwn(given, rule.name) ? readRule(rule.name, given[rule.name], rule, faults) : undefined;
    const level = own?.level ?? ofAll?.level;
    if (own !== undefined || level !== undefined)
      settings.set(rule.name, { values: own?.values ?? {}, ...(level && { level }) });
  }
  const known = new Set([ALL, ...rules.map(({ name }) => name)]);
  for (const name of Object.keys(given))
    if (!known.has(name)) faults.push(`${name}: there is no such policy; docs/policies/README.md lists them`);
  return { settings, faults };
}

function readRule(name: string, given: unknown, rule: Rule | undefined, faults: string[]): RuleSettings {
  if (typeof given === "string") return { values: {}, ...levelOf(name, given, faults) };
  if (!isObject(given)) {
    faults.push(`${name}: must be ${levels.join(", ")}, or an object`);
    return { values: {} };
  }
  const { enforcementLevel, ...rest } = given;
  const entries = Object.entries(rest).flatMap(([key, value]) => {
    const setting = rule?.settings.find((known) => known.name === key);
    if (setting === undefined) {
      const there = rule?.settings.map((known) => known.name).join(", ");
      faults.push(`${name}.${key}: there is no such setting; there ${there ? `are ${there}` : "is none"}`);
      return [];
    }
    try {
      return [[key, setting.read(value)] as const];
    } catch (error) {
      if (!(error instanceof SettingFault)) throw error;
      faults.push(`${name}.${key} ${error.message}`);
      return [];
    }
  });
  return {
    values: Object.fromEntries(entries),
    ...(enforcementLevel !== undefined && levelOf(name, enforcementLevel, faults)),
  };
}

function levelOf(name: string, given: unknown, faults: string[]): Pick<RuleSettings, "level"> {
  if (levels.includes(given)) return { level: given as NonNullable<RuleSettings["level"]> }; // the list holds nothing else
  faults.push(`${name}: the level must be ${levels.join(", ")}, and is ${JSON.stringify(given)}`);
  return {};
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
