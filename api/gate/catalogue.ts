import { type Control, listControls, pack } from "../../policies/index.ts";

/** What one rule says of itself, for those who read and choose rules. */
export interface CataloguedPolicy {
  readonly name: string;
  readonly pack: string;
  readonly packVersion: string;
  readonly description: string;
  readonly level: "advisory" | "mandatory";
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly reason: string;
  readonly controls: readonly Control[];
  readonly remediation: readonly string[];
}

/** The rules of the pack, as the gate judges by them. */
export function policyCatalogue(): readonly CataloguedPolicy[] {
  return pack.rules.map(({ name, description, level, severity, reason, controls, remediation }) => ({
    name,
    pack: pack.name,
    packVersion: pack.version,
    description,
    level,
    severity,
    reason,
    controls: listControls(controls),
    remediation,
  }));
}
