import { onResource, rule } from "../rule.ts";

const everyone = [
  "system:masters",
  "system:authenticated",
  "system:unauthenticated",
  "system:anonymous",
  "system:serviceaccounts",
];

export const noBindingsToEveryone = rule({
  name: "kubernetes-no-bindings-to-everyone",
  description:
    "Roles must be bound to somebody, and not to everyone, to nobody known, or to the group above all rights.",
  reason:
    "Such a subject is a crowd: whoever reaches the API, every account of the cluster, or a group whose members no rule can refuse.",
  level: "mandatory",
  severity: "critical",
  controls: { nist: ["PR.AA-03", "PR.AA-05"] },
  remediation: ["Bind the role to the service account or the group of people that needs it."],
  check: onResource(
    [
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    ],
    ({ subjects }, report, { each }) =>
      each(subjects, ({ name }, index) => {
        if (everyone.includes(name)) report(`subjects[${index}] is a crowd or stands above all rights`);
      }),
  ),
});
