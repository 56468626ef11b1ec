import type { Assumptions } from "../../pricing/index.ts";
import type { PolicySettings } from "../policySettings.ts";
import { limitStackPrice } from "./limitStackPrice.ts";
import { usageAssumptions } from "./usageAssumptions.ts";

/** What an organisation assumes of whole stacks: what the ceiling of a stack's price is given, so that one figure is told everywhere. */
export function stackAssumptions(settings: PolicySettings): Partial<Assumptions> {
  const given = settings.get(limitStackPrice.name)?.values[usageAssumptions.name];
  return given === undefined ? usageAssumptions.initial : usageAssumptions.read(given);
}
