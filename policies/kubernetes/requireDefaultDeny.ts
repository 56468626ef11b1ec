import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { onWholeStack, rule } from "../rule.ts";
import { someKnown } from "../unknown.ts";
import { byNamespace } from "./byNamespace.ts";
import { nameOf, namespaceOf } from "./objects.ts";
import { podTypes } from "./pods.ts";

const namespaceType = "kubernetes:core/v1:Namespace";
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** A policy over all pods that names traffic inwards and lets none of it in. */
const closes =
  (namespace: unknown) =>
  (policy: KnownResource): boolean => {
    if (policy.type !== policyType || namespaceOf(policy) !== namespace) return false;
    const types = valueAt(policy.inputs, ["spec", "policyTypes"]);
    return (
      isEmpty(valueAt(policy.inputs, ["spec", "podSelector"])) &&
      isEmpty(valueAt(policy.inputs, ["spec", "ingress"])) &&
      (types === undefined || (Array.isArray(types) && types.includes("Ingress")))
    );
  };

export const requireDefaultDeny = rule({
  name: "kubernetes-require-default-deny",
  description: "A namespace that a stack makes and puts pods into must refuse traffic that no policy allows.",
  reason:
    "Pods of a cluster reach one another unless something says otherwise: one game server that is taken over reaches the lobby, the caches and the servers of other games.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-01"] },
  remediation: [
    "Make a NetworkPolicy with an empty podSelector, policyTypes Ingress and Egress, and no rules; allow by others.",
  ],
  check: onWholeStack([namespaceType, policyType, ...podTypes], (resources, report, { each }) => {
    const within = byNamespace(resources.filter(({ type }) => type !== namespaceType));
    each(
      resources.filter(({ type }) => type === namespaceType),
      (made) => {
        const name = nameOf(made);
        const own = within(name);
        const hasPods = own.some((object) => object.type !== policyType && namespaceOf(object) === name);
        if (name !== undefined && hasPods && !someKnown(own, closes(name)))
          report([made], "no NetworkPolicy closes the namespace by default");
      },
    );
  }),
});
