import { HealthCheck } from "@pulumi/aws/route53/healthCheck.js";
import { Cluster } from "@pulumi/aws/route53recoverycontrol/cluster.js";
import { ControlPanel } from "@pulumi/aws/route53recoverycontrol/controlPanel.js";
import { RoutingControl } from "@pulumi/aws/route53recoverycontrol/routingControl.js";
import { SafetyRule } from "@pulumi/aws/route53recoverycontrol/safetyRule.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { Endpoint } from "./evacuationText.ts";
import type { Switches } from "./switches.ts";

export interface RoutingControlsArgs {
  readonly context: StackContext;
  readonly regions: readonly string[];
}

/** Milliseconds in which a rule's answer to one change is not yet believed for the next. */
const settleMs = 5000;

/**
 * A switch a region in a cluster of five regions, of which any one that answers is enough to throw it. At least one switch stays on: the
 * cluster itself refuses to turn off the last. New switches are off, and while all are off names answer as if there were none.
 */
export class RoutingControls extends pulumi.ComponentResource implements Switches {
  readonly checks: Switches["checks"];
  readonly ids: Switches["ids"];
  readonly controlPanelArn: pulumi.Output<string>;
  readonly endpoints: pulumi.Output<readonly Endpoint[]>;

  constructor(name: string, { context, regions }: RoutingControlsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "RoutingControls"), name, {}, place);
    const child = { parent: this };
    const cluster = new Cluster(
      `${name}-cluster`,
      { name: context.name("other", "switches"), tags: context.tags(`${name}-cluster`) },
      child,
    );
    const panel = new ControlPanel(
      `${name}-panel`,
      { name: context.name("other", "regions"), clusterArn: cluster.arn, tags: context.tags(`${name}-panel`) },
      child,
    );
    const made = regions.map((region) => {
      const control = new RoutingControl(
        `${name}-${region}`,
        { name: region, clusterArn: cluster.arn, controlPanelArn: panel.arn },
        child,
      );
      const check = new HealthCheck(
        `${name}-check-${region}`,
        { type: "RECOVERY_CONTROL", routingControlArn: control.arn, tags: context.tags(`${name}-check-${region}`) },
        child,
      );
      return { region, control, check };
    });
    new SafetyRule(
      `${name}-one-stays-on`,
      {
        name: "one-region-stays-on",
        controlPanelArn: panel.arn,
        assertedControls: made.map(({ control }) => control.arn),
        ruleConfig: { type: "ATLEAST", threshold: 1, inverted: false },
        waitPeriodMs: settleMs,
        tags: context.tags(`${name}-one-stays-on`),
      },
      // Its controls cannot change, and two rules of one panel never share a name.
      { parent: this, deleteBeforeReplace: true },
    );
    this.checks = Object.fromEntries(made.map(({ region, check }) => [region, check.id]));
    this.ids = Object.fromEntries(made.map(({ region, control }) => [region, control.arn]));
    this.controlPanelArn = panel.arn;
    this.endpoints = cluster.clusterEndpoints.apply((endpoints) =>
      endpoints.map(({ endpoint, region }) => ({ endpoint: endpoint ?? "", region: region ?? "" })),
    );
    this.registerOutputs({});
  }
}
