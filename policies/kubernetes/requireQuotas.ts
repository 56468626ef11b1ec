import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { onWholeStack, rule } from "../rule.ts";
import { someKnown } from "../unknown.ts";
import { byNamespace } from "./byNamespace.ts";
import { nameOf, namespaceOf } from "./objects.ts";

const namespaceType = "kubernetes:core/v1:Namespace";
const roleType = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const bindingType = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";
const bounds = ["kubernetes:core/v1:ResourceQuota", "kubernetes:core/v1:LimitRange"] as const;

const podMakers = ["pods", "deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs"];

const isNamed = (list: unknown, names: readonly string[]): boolean =>
  Array.isArray(list) && list.some((name) => name === "*" || names.includes(name));

/** Roles by which others than the program bring pods: those that create them, and the cluster's own of that kind. */
const letsOthersIn = ({ type, inputs }: KnownResource): boolean => {
  if (type === bindingType) return isNamed([valueAt(inputs, ["roleRef", "name"])], ["admin", "edit", "cluster-admin"]);
  const rules = type === roleType ? inputs["rules"] : undefined;
  return (
    Array.isArray(rules) &&
    rules.some(({ resources, verbs }) => isNamed(resources, podMakers) && isNamed(verbs, ["create"]))
  );
};

export const requireQuotas = rule({
  name: "kubernetes-require-quotas",
  description: "A namespace in which others may make pods must have a ResourceQuota and a LimitRange.",
  reason:
    "What a program makes is bounded by the program. What people and jobs make beside it is bounded by nothing but the cluster, which is then the limit of everyone's.",
  level: "advisory",
  severity: "low",
  controls: { nist: ["PR.IR-04"] },
  remediation: [
    "Make a ResourceQuota for pods, processor and memory in the namespace, and a LimitRange with defaults.",
  ],
  check: onWholeStack([namespaceType, roleType, bindingType, ...bounds], (resources, report, { each }) => {
    const inNamespace = byNamespace(resources.filter(({ type }) => type !== namespaceType));
    each(
      resources.filter(({ type }) => type === namespaceType),
      (made) => {
        const name = nameOf(made);
        const own = inNamespace(name);
        const within = (of: (resource: KnownResource) => boolean) => (resource: KnownResource) =>
          of(resource) && namespaceOf(resource) === name;
        if (name === undefined || !someKnown(own, within(letsOthersIn))) return;
        const missing = bounds.filter(
          (bound) =>
            !someKnown(
              own,
              within(({ type }) => type === bound),
            ),
        );
        if (missing.length > 0)
          report([made], `it has no ${missing.map((type) => type.split(":").at(-1)).join(" and no ")}`);
      },
    );
  }),
});
