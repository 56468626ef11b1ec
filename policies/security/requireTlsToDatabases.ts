import { onResource, rule } from "../rule.ts";

/** What refuses connections in clear, by the family of engines: parameter and the values that mean yes. */
const switches: readonly { readonly family: RegExp; readonly parameter: string }[] = [
  { family: /^(aurora-)?postgres/, parameter: "rds.force_ssl" },
  { family: /^(aurora-)?mysql|^mariadb/, parameter: "require_secure_transport" },
  { family: /^redshift/, parameter: "require_ssl" },
];

/** On where nothing is said: PostgreSQL of RDS from version 15 on, that of Aurora from 17 on (their user guides, "Using SSL"). */
const onByItself = /^(?:postgres(?:1[5-9]|[2-9]\d)|aurora-postgresql(?:1[7-9]|[2-9]\d))/;

const isOn = (value: string): boolean => ["1", "ON", "TRUE"].includes(value.toUpperCase());

export const requireTlsToDatabases = rule({
  name: "security-require-tls-to-databases",
  description: "Parameter groups of databases must refuse connections in clear.",
  reason:
    "A driver that is not told to use TLS often does not, and the password and every row then cross the network in clear.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["RDS.38", "RDS.39", "Redshift.2"], nist: ["PR.DS-02"] },
  remediation: [
    "Set rds.force_ssl (PostgreSQL) or require_ssl (Redshift) to 1, or require_secure_transport (MySQL) to ON.",
  ],
  check: onResource(
    [
      "aws:rds/parameterGroup:ParameterGroup",
      "aws:rds/clusterParameterGroup:ClusterParameterGroup",
      "aws:redshift/parameterGroup:ParameterGroup",
    ],
    ({ family, parameters }, report) => {
      const wanted = switches.find((candidate) => candidate.family.test(family))?.parameter;
      if (wanted === undefined) return;
      const index = (parameters ?? []).findIndex(({ name }) => name === wanted);
      if (index < 0 && onByItself.test(family)) return;
      if (index < 0) report(`parameters does not set ${wanted}`);
      else if (!isOn(parameters?.[index]?.value ?? ""))
        report(`parameters[${index}].value lets connections in that do not encrypt`);
    },
  ),
});
