import type { QuotaDemand } from "./blueprint.ts";

/** Source of the codes: Service Quotas, Amazon VPC ("VPCs per Region", "NAT gateways per Availability Zone") and Amazon EC2 ("EC2-VPC Elastic IPs"). */
const networks = "L-F678F1CE";
const natGatewaysInAZone = "L-FE5A380F";
const elasticAddresses = "L-0263D0A3";

/**
 * What a network of one's own, with NAT gateways, asks of the quotas. In production each zone has a NAT gateway, and each NAT gateway an
 * address; elsewhere there is one, in the first zone (components/network.ts).
 */
export function networkDemands(
  zones: number,
  { production }: { readonly production: boolean },
): readonly QuotaDemand[] {
  return [
    {
      quota: networks,
      amount: 1,
      pointer: "",
      fitting: () => "not one network more fits",
    },
    {
      quota: natGatewaysInAZone,
      amount: 1,
      pointer: "",
      fitting: () => "not one network more fits",
    },
    {
      quota: elasticAddresses,
      amount: production ? zones : 1,
      pointer: production ? "/zones" : "",
      fitting: (available) =>
        production && available >= 2 ? `at most ${available} zones fit` : "not one network more fits",
    },
  ];
}
