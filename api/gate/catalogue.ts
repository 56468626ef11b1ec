import { type Control, listControls, noSettings, type PolicySettings, pack } from "../../policies/index.ts";

/** What one rule says of itself, for those who read and choose rules. */
export interface CataloguedPolicy {
  readonly name: string;
  readonly pack: string;
  readonly packVersion: string;
  readonly description: string;
  /** The level in force. */
  readonly level: "advisory" | "mandatory" | "disabled";
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly reason: string;
  readonly controls: readonly Control[];
  readonly remediation: readonly string[];
  /** With the value in force, and the pack's own. */
  readonly settings: readonly CataloguedSetting[];
}

interface CataloguedSetting {
  readonly name: string;
  readonly description: string;
  readonly value: unknown;
  readonly initial: unknown;
}

/** The rules of the pack, as the gate judges by them. */
export function policyCatalogue(settings: PolicySettings = noSettings): readonly CataloguedPolicy[] {
  return pack.rules.map(({ name, description, level, severity, reason, controls, remediation, settings: own }) => {
    const set = settings.get(name);
    return {
      name,
      pack: pack.name,
      packVersion: pack.version,
      description,
      level: set?.level ?? level,
      severity,
      reason,
      controls: listControls(controls),
      remediation,
      settings: own.map((setting) => ({
        name: setting.name,
        description: setting.description,
        value: set?.values[setting.name] ?? setting.initial,
        initial: setting.initial,
      })),
    };
  });
}
