import type { Judge, Pack } from "./judge.ts";
import type { JudgedResource } from "./judgedResource.ts";
import type { PolicySettings } from "./policySettings.ts";

/** Names of the rules that a whole program is asked about, in their order. */
export function rulesAskedOf(
  { judge, settings, pack }: { readonly judge: Judge; readonly settings: PolicySettings; readonly pack: Pack },
  steps: readonly JudgedResource[],
): readonly string[] {
  const types = new Set(steps.filter(({ step }) => step !== "delete").map(({ type }) => type));
  const whole = pack.rules.filter(({ name, check }) => {
    const asks = "on" in check && check.on === "whole-stack" && check.types.some((type) => types.has(type));
    return asks && settings.get(name)?.level !== "disabled";
  });
  return [...new Set([...steps.flatMap(judge.rulesAsked), ...whole.map(({ name }) => name)])].toSorted();
}
