import type { KnownResource } from "../judgedResource.ts";
import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { ifKnown } from "../unknown.ts";

const vpcType = "aws:ec2/vpc:Vpc";
const natType = "aws:ec2/natGateway:NatGateway";
const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";

/** The two services that have endpoints of this kind, which are free of charge. */
const services = ["s3", "dynamodb"] as const;

const leadsTo =
  (service: string) =>
  ({ type, inputs }: KnownResource): boolean => {
    if (type !== endpointType) return false;
    const name = ifKnown(() => inputs["serviceName"]);
    const kind = ifKnown(() => inputs["vpcEndpointType"]) ?? "Gateway";
    return kind === "Gateway" && (name === undefined || String(name).endsWith(`.${service}`));
  };

export const useGatewayEndpoints = rule({
  name: "cost-use-gateway-endpoints",
  description: "A network with NAT gateways must reach S3 and DynamoDB by gateway endpoints.",
  reason:
    "Each gigabyte through a NAT gateway is paid for, to the storage next door too. Pulling images and writing logs is most of what nodes send; the endpoint carries it for nothing.",
  level: "advisory",
  severity: "medium",
  controls: { wellArchitected: ["COST08-BP03"] },
  remediation: ["Make a VpcEndpoint of the type Gateway for s3 and for dynamodb, in the private route tables."],
  check: onWholeStack([vpcType, natType, endpointType], (resources, report, { each }) => {
    if (!resources.some(({ type }) => type === natType)) return;
    const reached = services.map((service) => ({
      service,
      from: referredBy(resources.filter(leadsTo(service)), ["vpcId"]),
    }));
    each(
      resources.filter(({ type }) => type === vpcType),
      (vpc) => {
        const missing = reached.filter(({ from }) => !from(vpc)).map(({ service }) => service);
        if (missing.length > 0) report([vpc], `no gateway endpoint leads to ${missing.join(" and ")}`);
      },
    );
  }),
});
