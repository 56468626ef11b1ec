import { Schedule } from "@pulumi/aws/autoscaling/schedule.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface NodeReadinessArgs {
  readonly context: StackContext;
  /** The autoscaling groups behind the node groups. */
  readonly groupNames: readonly pulumi.Input<string>[];
  readonly plans: readonly ReadinessPlan[];
}

/** From one time to another a group has no fewer nodes than these. Both times are cron expressions in UTC. */
export interface ReadinessPlan {
  readonly name: string;
  readonly from: string;
  readonly until: string;
  /** Of each group. */
  readonly nodes: number;
  /** The least number of each group at all other times. */
  readonly otherwise: number;
}

/** The value by which a scheduled action leaves a size as it is. Source: documentation of the resource in the AWS provider. */
const unchanged = -1;

/** Nodes that stand ready before players come: the groups' least number rises and falls by the clock; the autoscaler keeps to it. */
export class NodeReadiness extends pulumi.ComponentResource {
  constructor(name: string, { context, groupNames, plans }: NodeReadinessArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "NodeReadiness"), name, {}, place);
    for (const [index, autoscalingGroupName] of groupNames.entries()) {
      for (const plan of plans) {
        const strike = (edge: "from" | "until", recurrence: string, minSize: number) =>
          new Schedule(
            `${name}-${plan.name}-${edge}-${index + 1}`,
            {
              autoscalingGroupName,
              scheduledActionName: `${plan.name}-${edge}`,
              recurrence,
              timeZone: "Etc/UTC",
              minSize,
              maxSize: unchanged,
              desiredCapacity: unchanged,
            },
            { parent: this },
          );
        strike("from", plan.from, plan.nodes);
        strike("until", plan.until, plan.otherwise);
      }
    }
    this.registerOutputs({});
  }
}
