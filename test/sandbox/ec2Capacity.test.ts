import { conformance } from "./conformance.ts";

conformance([
  {
    type: "aws:ec2/capacityReservation:CapacityReservation",
    smallest: () => ({
      availabilityZone: "eu-west-1a",
      instanceType: "c7i.2xlarge",
      instancePlatform: "Linux/UNIX",
      instanceCount: 2,
    }),
    id: /^cr-[0-9a-f]{17}$/,
    outputs: {
      arn: /:capacity-reservation\/cr-[0-9a-f]{17}$/,
      instanceMatchCriteria: "open",
      endDateType: "unlimited",
      tenancy: "default",
    },
    change: { instanceCount: 5 },
    replace: { instanceType: "c6i.2xlarge" },
    spoiled: [
      { name: "no machines", with: { instanceCount: 0 }, code: "InvalidParameterValue" },
      { name: "a type that is none", with: { instanceType: "large" }, code: "InvalidParameterValue" },
      { name: "no platform", with: { instancePlatform: null }, code: "MissingParameter" },
      { name: "an end that is not dated", with: { endDateType: "limited" }, code: "InvalidParameterCombination" },
      {
        name: "a zone of another region",
        with: { availabilityZone: "us-east-1a" },
        code: "InvalidParameterValue",
        at: "create",
      },
    ],
  },
]);
