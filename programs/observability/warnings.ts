import type { Placement } from "../blueprint.ts";
import type { ObservabilityInputs } from "./inputs.ts";

/** What is allowed, and yet may not be what someone meant. */
export function warnings(inputs: ObservabilityInputs, { environment }: Placement): readonly string[] {
  const heard = [inputs.alarmEmail, inputs.pageEndpoint, inputs.incidentResponse];
  if (environment !== "production" || heard.some((who) => who !== undefined)) return [];
  return ["nobody hears the pages: give alarmEmail, pageEndpoint or incidentResponse, or subscribe to pageTopicArn"];
}
