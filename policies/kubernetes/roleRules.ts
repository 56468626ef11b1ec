import { onResource, type Report, type ResourceCheck, type Subject } from "../rule.ts";

export interface RoleRule {
  readonly apiGroups?: readonly string[] | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly resourceNames?: readonly string[] | undefined;
  readonly nonResourceURLs?: readonly string[] | undefined;
  readonly verbs?: readonly string[] | undefined;
}

type RoleType = "Role" | "ClusterRole";

/** A check of each rule of each role. */
export const onRoleRules = (
  run: (rule: RoleRule, index: number, report: Report, subject: Subject) => void,
  kinds: readonly RoleType[] = ["Role", "ClusterRole"],
): ResourceCheck =>
  onResource<"kubernetes:rbac.authorization.k8s.io/v1:Role" | "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole">(
    kinds.map((kind) => `kubernetes:rbac.authorization.k8s.io/v1:${kind}` as const),
    ({ rules }, report, subject) => subject.each<RoleRule>(rules, (rule, index) => run(rule, index, report, subject)),
  );
