import * as pulumi from "@pulumi/pulumi";
import { inRegion, type StartedStack } from "../stackStart.ts";
import { convergence } from "./convergence.ts";
import { evacuationText } from "./evacuationText.ts";
import type { EdgeInputs } from "./inputs.ts";
import { ObjectSwitches } from "./objectSwitches.ts";
import { RoutingControls } from "./routingControls.ts";
import { named, type PlannedOrigin } from "./traffic.ts";

/** Switches as the rest of the entry sees them. On: the region takes traffic. */
export interface Switches {
  /** By region, the id of a health check that is healthy while its switch is on. */
  readonly checks: Readonly<Record<string, pulumi.Output<string>>>;
  /** By region, what is switched: the ARN of a routing control, or the key of an object. */
  readonly ids: Readonly<Record<string, pulumi.Output<string>>>;
}

export interface SwitchesPlan {
  readonly stack: StartedStack;
  readonly inputs: EdgeInputs;
  readonly origins: readonly PlannedOrigin[];
}

/** The switches that the inputs ask for, and the page that says how to throw them. */
export function declareSwitches(plan: SwitchesPlan): {
  readonly switches: Switches | undefined;
  readonly evacuation: pulumi.Output<string>;
} {
  const { stack, inputs, origins } = plan;
  const regions = named(origins).map(({ origin }) => origin.region);
  const seconds = convergence(inputs).switched ?? 0;
  const entry = inputs.domain?.name ?? "";
  if (inputs.switches === "routing-controls") {
    const made = new RoutingControls("switches", { context: stack.context, regions }, stack.place);
    const facts = { controls: made.ids, controlPanelArn: made.controlPanelArn, endpoints: made.endpoints };
    const evacuation = pulumi
      .output(facts)
      .apply((known) => evacuationText({ switches: "routing-controls", ...known, seconds, entry }));
    return { switches: made, evacuation };
  }
  if (inputs.switches === "inverted-health-checks" && inputs.switchRegion !== undefined) {
    const { switchRegion: bucketRegion, healthInterval: interval } = inputs;
    // Named by the region: in another one they are other switches, there before the old ones go.
    const name = `switches-in-${bucketRegion}`;
    const { context, place } = inRegion(stack, { region: bucketRegion, purpose: name });
    const made = new ObjectSwitches(name, { context, regions, interval }, place);
    const evacuation = pulumi
      .output({ keys: made.ids, bucketName: made.bucketName })
      .apply((known) => evacuationText({ switches: "inverted-health-checks", ...known, bucketRegion, seconds, entry }));
    return { switches: made, evacuation };
  }
  return { switches: undefined, evacuation: pulumi.output(evacuationText({ switches: "none", regions })) };
}
