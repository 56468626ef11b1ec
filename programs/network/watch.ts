import type * as pulumi from "@pulumi/pulumi";
import type { AlarmPlan } from "../components/alarms.ts";

/** What is watched in a network, by the names that metrics go by. */
export interface Watched {
  readonly natGatewayIds: readonly pulumi.Input<string>[];
  readonly transitGatewayId: pulumi.Input<string> | undefined;
}

/** Sources of the metrics: Amazon VPC guides, "NAT gateway metrics" and "CloudWatch metrics for transit gateways". */
export function alarmPlans({ natGatewayIds, transitGatewayId }: Watched): readonly AlarmPlan[] {
  const counted = { statistic: "Sum", when: "above", threshold: 0, missing: "notBreaching" } as const;
  const ofNat = natGatewayIds.flatMap((NatGatewayId, index): readonly AlarmPlan[] => {
    const nat = { ...counted, namespace: "AWS/NATGateway", dimensions: { NatGatewayId } } as const;
    return [
      {
        ...nat,
        role: `nat-${index + 1}-ports`,
        description: "The NAT gateway has no ports left: new connections out of the network fail",
        metric: "ErrorPortAllocation",
        minutes: 3,
      },
      {
        ...nat,
        role: `nat-${index + 1}-drops`,
        description: "The NAT gateway drops packets: connections out of the network stall",
        metric: "PacketsDropCount",
        threshold: 100,
        minutes: 5,
      },
    ];
  });
  if (transitGatewayId === undefined) return ofNat;
  const transit = {
    ...counted,
    namespace: "AWS/TransitGateway",
    dimensions: { TransitGateway: transitGatewayId },
    minutes: 3,
  } as const;
  return [
    ...ofNat,
    {
      ...transit,
      role: "transit-no-route",
      description: "The transit gateway drops packets for which it has no route: a region of the plan is not peered",
      metric: "PacketDropCountNoRoute",
      threshold: 100,
    },
    {
      ...transit,
      role: "transit-black-hole",
      description: "The transit gateway drops packets whose route leads to a peering that is gone",
      metric: "PacketDropCountBlackhole",
    },
  ];
}
