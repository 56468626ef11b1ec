import { readFileSync } from "node:fs";

interface ManagedPolicies {
  readonly source: string;
  /** Path and name: `service-role/AmazonEBSCSIDriverPolicy`. */
  readonly policies: readonly string[];
}

const file = new URL("../schemas/iam/managedPolicies.json", import.meta.url);
const { policies }: ManagedPolicies = JSON.parse(readFileSync(file, "utf8"));
const names = new Set(policies);

/** The path and name in the ARN of a policy that AWS manages; undefined for any other ARN. */
export function managedPolicyName(arn: string): string | undefined {
  return /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
}

/** Whether AWS manages a policy of that path and name. */
export function isManagedPolicy(name: string): boolean {
  return names.has(name);
}
