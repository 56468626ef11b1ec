import { parseJson } from "./parseJson.ts";
import { type PolicySettings, readPolicySettings } from "./policySettings.ts";
import type { Rule } from "./rule.ts";

/** A file of settings that was read whole. */
export interface SettingsFile {
  /** As it is written, for who hands it on. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly settings: PolicySettings;
}

/**
 * Reads the text of a file of settings.
 *
 * @returns every fault found, with line and column for what is no JSON; with a fault none of it is to be used
 */
export function readSettingsFile(
  text: string,
  rules: readonly Rule[],
): SettingsFile | { readonly faults: readonly string[] } {
  const parsed = parseJson(text);
  if ("fault" in parsed) return { faults: [parsed.fault] };
  const { settings, faults } = readPolicySettings(parsed.value, rules);
  // Without a fault it is an object, hence the cast.
  return faults.length > 0 ? { faults } : { given: parsed.value as SettingsFile["given"], settings };
}
