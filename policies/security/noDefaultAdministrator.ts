import { onResource, rule } from "../rule.ts";

/** Names that AWS's consoles and guides propose, and with them all lists of passwords. */
const proposed: ReadonlySet<string> = new Set(["admin", "administrator", "awsuser", "master", "postgres", "root"]);

export const noDefaultAdministrator = rule({
  name: "security-no-default-administrator",
  description: "The administrator of a database must have a name of its own.",
  reason: "Half of what signing in takes is then not known beforehand.",
  level: "advisory",
  severity: "low",
  controls: { fsbp: ["RDS.24", "RDS.25", "Redshift.8"], nist: ["PR.AA-01"] },
  remediation: ["Choose another name when the database is made: it cannot be changed later."],
  check: [
    onResource(
      [
        "aws:rds/instance:Instance",
        "aws:rds/cluster:Cluster",
        "aws:docdb/cluster:Cluster",
        "aws:redshift/cluster:Cluster",
      ] as readonly string[],
      ({ username, masterUsername }, report) => {
        const [property, name] = username === undefined ? ["masterUsername", masterUsername] : ["username", username];
        if (typeof name === "string" && proposed.has(name.toLowerCase()))
          report(`${property} is a name that is tried first`);
      },
    ),
  ],
});
