/**
 * Services whose interface endpoints in China are called `cn.com.amazonaws…`; all others, and gateways, are called as everywhere. Of those
 * that `network` offers. Source: what DescribeVpcEndpointServices answers there, as AWS CDK keeps it (aws-ec2, vpc-endpoint.ts).
 */
const ownPrefixInChina: readonly string[] = [
  "athena",
  "autoscaling",
  "backup",
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "execute-api",
  "kinesis-streams",
  "lambda",
  "monitoring",
  "sqs",
  "states",
  "sts",
  "xray",
];

/** What an interface endpoint leads to, by the name that the region has for it. */
export function interfaceServiceName(region: string, service: string): string {
  const prefix = region.startsWith("cn-") && ownPrefixInChina.includes(service) ? "cn.com.amazonaws" : "com.amazonaws";
  return `${prefix}.${region}.${service}`;
}

/** What a gateway endpoint leads to. */
export function gatewayServiceName(region: string, service: string): string {
  return `com.amazonaws.${region}.${service}`;
}
