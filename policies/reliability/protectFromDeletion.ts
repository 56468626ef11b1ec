import { onResource, rule } from "../rule.ts";

/** How each type says that it is not to be deleted. */
const protections: Readonly<Record<string, string>> = {
  "aws:dynamodb/table:Table": "deletionProtectionEnabled",
  "aws:rds/instance:Instance": "deletionProtection",
  "aws:rds/cluster:Cluster": "deletionProtection",
  "aws:docdb/cluster:Cluster": "deletionProtection",
  "aws:neptune/cluster:Cluster": "deletionProtection",
  "aws:eks/cluster:Cluster": "deletionProtection",
  "aws:lb/loadBalancer:LoadBalancer": "enableDeletionProtection",
  "aws:alb/loadBalancer:LoadBalancer": "enableDeletionProtection",
  "aws:cognito/userPool:UserPool": "deletionProtection",
};

const isOn = (value: unknown): boolean => value === true || value === "true" || value === "ACTIVE";

export const protectFromDeletion = rule({
  name: "reliability-protect-from-deletion",
  description: "In production databases, tables, clusters and load balancers must be protected from deletion.",
  reason:
    "A wrong stack name in a terminal takes a second. With the protection on, the cloud itself refuses, whatever tool asks; taking it off is an update of its own, which somebody sees.",
  level: "advisory",
  severity: "medium",
  controls: {
    fsbp: ["DynamoDB.6", "RDS.7", "RDS.8", "DocumentDB.5", "Neptune.4", "ELB.6"],
    nist: ["PR.DS-01", "ID.AM-08"],
  },
  remediation: ["Switch the type's deletion protection on in production, and off in an update before it is torn down."],
  check: onResource<string>(Object.keys(protections), (inputs, report, { context, resource }) => {
    const property = protections[resource.type] ?? "deletionProtection";
    // A replica is made again from its source.
    if (context.environment !== "production" || inputs["replicateSourceDb"]) return;
    if (!isOn(inputs[property])) report(`${property} is not on`);
  }),
});
