import { CapacityReservation } from "@pulumi/aws/ec2/capacityReservation.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface ReservedNodesArgs {
  readonly context: StackContext;
  readonly instanceType: string;
  readonly zones: readonly { readonly zone: string; readonly count: number }[];
}

/**
 * Machines that the cloud keeps for the account, zone by zone, whether they run or not. They are open: any on-demand machine of that type
 * and zone uses them, so that node groups need not name them.
 */
export class ReservedNodes extends pulumi.ComponentResource {
  constructor(name: string, { context, instanceType, zones }: ReservedNodesArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "ReservedNodes"), name, {}, place);
    for (const { zone, count } of zones) {
      const reservation = `${name}-${zone}`;
      new CapacityReservation(
        reservation,
        {
          availabilityZone: zone,
          instanceType,
          instancePlatform: "Linux/UNIX",
          instanceCount: count,
          instanceMatchCriteria: "open",
          endDateType: "unlimited",
          tags: context.tags(reservation),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
