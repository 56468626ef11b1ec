import type { Level, Pack, PolicySettings } from "../../policies/index.ts";

/** A rule as far as one must know it to say, years later, where it was asked and how grave its word was. */
export interface IndexedRule {
  readonly name: string;
  /** As the organisation has set it. */
  readonly level: Level | "disabled";
  readonly checks: readonly { readonly on: string; readonly types: readonly string[] }[];
}

/** Which rules a gate judges by: of which pack, and as they are set. Plain data. */
export interface RuleIndex {
  readonly pack: string;
  readonly version: string;
  readonly rules: readonly IndexedRule[];
  /** Values that were set, by rule and setting. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function indexRules({ name, version, rules }: Pack, settings: PolicySettings | undefined): RuleIndex {
  return {
    pack: name,
    version,
    rules: rules.map((rule) => ({
      name: rule.name,
      level: settings?.get(rule.name)?.level ?? rule.level,
      checks: ("on" in rule.check ? [rule.check] : rule.check).map(({ on, types }) => ({ on, types })),
    })),
    settings: Object.fromEntries([...(settings ?? [])].map(([rule, { values }]) => [rule, values])),
  };
}
