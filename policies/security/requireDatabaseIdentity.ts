import { onResource, rule } from "../rule.ts";

/** Engines that take tokens of IAM. Source: Amazon RDS user guide, "IAM database authentication". */
const takesTokens: ReadonlySet<string> = new Set(["aurora-mysql", "aurora-postgresql", "mariadb", "mysql", "postgres"]);

export const requireDatabaseIdentity = rule({
  name: "security-require-database-identity",
  description: "In production databases must let services sign in by their role.",
  reason:
    "A password of a database is known to all who ever deployed the service. A token of a role lasts fifteen minutes and is nobody's to keep.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["RDS.10", "RDS.12"], nist: ["PR.AA-01", "PR.AA-03"] },
  remediation: ["Set iamDatabaseAuthenticationEnabled to true, and give services the action rds-db:connect."],
  check: onResource(["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"], (database, report, { context }) => {
    if (context.environment !== "production" || !takesTokens.has(database.engine ?? "")) return;
    if (database.iamDatabaseAuthenticationEnabled !== true) report("iamDatabaseAuthenticationEnabled is not true");
  }),
});
