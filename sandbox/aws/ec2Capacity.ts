import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { type Properties, text, UNKNOWN } from "../model/values.ts";
import { arn } from "./arn.ts";
import { ec2 } from "./ec2Codes.ts";
import { zonesOf } from "./regions.ts";

const RESERVATION = "aws:ec2/capacityReservation:CapacityReservation";

/** Source of the codes: Amazon EC2 API reference, "Error codes" and CreateCapacityReservation. */
const reservation: ResourceModel = {
  type: RESERVATION,
  service: ec2,
  codes: { notFound: "InvalidCapacityReservationId.NotFound" },
  inputs: inputsOf(RESERVATION, {
    instanceType: { pattern: "^[a-z]+\\d+[a-z]*(-[a-z0-9]+)*\\.[a-z0-9-]+$" },
    instanceCount: { min: 1 },
    instanceMatchCriteria: { immutable: true, default: "open" },
    endDateType: { default: "unlimited" },
    ebsOptimized: { default: false },
    ephemeralStorage: { default: false },
    tenancy: { default: "default" },
  }),
  check: wrongEnd,
  refuse: strangeZone,
  id: ({ cloud }) => `cr-${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("ec2", place, `capacity-reservation/${id}`),
    ownerId: ({ place }) => place.account,
    outpostArn: () => "",
    placementGroupArn: () => "",
    endDate: () => "",
  },
  keys: ["arn"],
  seconds: { create: 5, update: 5, delete: 5 },
};

function wrongEnd({ endDate, endDateType }: Properties): readonly Problem[] {
  if (endDate === UNKNOWN || endDateType === UNKNOWN) return [];
  if ((endDate !== undefined) === (endDateType === "limited")) return [];
  const message = "an end date must be given with endDateType limited, and only with that";
  return [{ code: "InvalidParameterCombination", message, property: "endDateType" }];
}

function strangeZone({ inputs, place }: Draft): Problem | undefined {
  const zone = text(inputs, "availabilityZone") ?? "";
  if (zonesOf(place.region).some(({ name }) => name === zone)) return undefined;
  return {
    code: "InvalidParameterValue",
    message: `Invalid availability zone: [${zone}]`,
    property: "availabilityZone",
  };
}

/** Machines that the cloud keeps for an account. */
export const ec2Capacity: readonly ResourceModel[] = [reservation];
