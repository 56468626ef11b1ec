import type { Exemption } from "./exemption.ts";
import { type PolicySettings, readPolicySettings } from "./policySettings.ts";
import { readExemption } from "./readExemption.ts";
import type { Rule } from "./rule.ts";
import type { SettingSchema } from "./setting.ts";

/** Under this name a policy's configuration holds its exemptions; no setting can be called so. */
const EXEMPTIONS = "exemptions";

export interface PolicyConfig {
  readonly settings: PolicySettings;
  readonly exemptions: readonly Exemption[];
  readonly faults: readonly string[];
}

/**
 * Reads what a pack is configured with by an engine or by `--policy-pack-config`: settings, and with each policy the
 * exemptions from it. With a fault none of it is to be used.
 */
export function readPolicyConfig(given: unknown, rules: readonly Rule[]): PolicyConfig {
  if (!isObject(given)) return { ...readPolicySettings(given, rules), exemptions: [] };
  const faults: string[] = [];
  const exemptions: Exemption[] = [];
  const rest = Object.entries(given).map(([policy, of]) => {
    if (!isObject(of) || !Object.hasOwn(of, EXEMPTIONS)) return [policy, of] as const;
    const { [EXEMPTIONS]: listed, ...others } = of;
    if (Array.isArray(listed))
      listed.forEach((one, index) => {
        const read = readExemption(policy, one);
        if (typeof read === "string") faults.push(`${policy}.${EXEMPTIONS}[${index}] ${read}`);
        else exemptions.push(read);
      });
    else faults.push(`${policy}.${EXEMPTIONS} must be a list`);
    return [policy, others] as const;
  });
  const { settings, faults: more } = readPolicySettings(Object.fromEntries(rest), rules);
  return { settings, exemptions, faults: [...faults, ...more] };
}

/** What an engine may be told of the configuration of a policy; the level is its own affair. */
export const configSchemaOf = ({ settings }: Pick<Rule, "settings">): Readonly<Record<string, SettingSchema>> => ({
  ...Object.fromEntries(settings.map(({ name, description, schema }) => [name, { ...schema, description }])),
  [EXEMPTIONS]: {
    type: "array",
    items: { type: "object" },
    description: "exemptions from this policy, as GET /v1/gate/bundle gives them",
  },
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
