import { type Control, listControls, noSettings, type PolicySettings, pack } from "../../policies/index.ts";
import { forgettingPolicy } from "./forgetting.ts";

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
  /** What the figure is, with its unit, of a rule that holds one under a limit. */
  readonly figure?: string;
  /** Whether it judges what would go away. */
  readonly deletion: boolean;
}

interface CataloguedSetting {
  readonly name: string;
  readonly description: string;
  readonly value: unknown;
  readonly initial: unknown;
}

/** The rules that steps and states are judged by: those of the pack, and the gate's own that can be exempted. */
export function policyCatalogue(settings: PolicySettings = noSettings): readonly CataloguedPolicy[] {
  const ofPack = pack.rules.map(({ controls, settings: own, check, ...about }) => {
    const set = settings.get(about.name);
    return {
      ...about,
      pack: pack.name,
      packVersion: pack.version,
      level: set?.level ?? about.level,
      controls: listControls(controls),
      deletion: [check].flat().some((one) => "on" in one && one.on === "deletion"),
      settings: own.map((setting) => ({
        name: setting.name,
        description: setting.description,
        value: set?.values[setting.name] ?? setting.initial,
        initial: setting.initial,
      })),
    };
  });
  return [...ofPack, forgettingPolicy];
}
