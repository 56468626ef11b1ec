/** The AWS partition of a region, and the suffix of its service host names. Source: AWS General Reference, "ARNs" and "Service endpoints". */
export interface Partition {
  readonly name: "aws" | "aws-cn" | "aws-us-gov";
  readonly dnsSuffix: string;
  readonly consoleHost: string;
}

export function partitionOf(region: string): Partition {
  if (region.startsWith("cn-"))
    return { name: "aws-cn", dnsSuffix: "amazonaws.com.cn", consoleHost: "console.amazonaws.cn" };
  if (region.startsWith("us-gov-"))
    return { name: "aws-us-gov", dnsSuffix: "amazonaws.com", consoleHost: "console.amazonaws-us-gov.com" };
  return { name: "aws", dnsSuffix: "amazonaws.com", consoleHost: "console.aws.amazon.com" };
}

/** Regions look like `eu-west-1`, `ap-southeast-2`, `us-gov-east-1`. Whether one exists is for the target to say. */
export const regionPattern = /^[a-z]{2}(-[a-z]+)+-\d$/;
