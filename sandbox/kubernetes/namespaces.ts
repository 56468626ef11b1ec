import type { Companion, Draft } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { object, type Properties, text, UNKNOWN } from "../model/values.ts";
import { forbiddenObject } from "./apiStatus.ts";
import { errors, forbidden, invalid } from "./fieldError.ts";
import { type Kind, NAMESPACE, SERVICE_ACCOUNT } from "./kind.ts";
import { nameOf, namespaceOf } from "./metadata.ts";
import { dnsLabel, dnsSubdomain } from "./names.ts";
import { having } from "./podDefaults.ts";

const core = { apiVersion: "v1", group: "" } as const;
/** Namespaces that nobody can delete (k8s.io/apiserver, plugin/namespace/lifecycle). */
const IMMORTAL = ["default", "kube-system", "kube-public"];
const SECURITY_LEVELS = ["privileged", "baseline", "restricted"];

const namespace: Kind = {
  ...core,
  kind: "Namespace",
  resource: "namespaces",
  schema: "IoK8sApiCoreV1Namespace",
  namespaced: false,
  nameForm: dnsLabel,
  check: (one) => {
    const labels = object(object(one, "metadata"), "labels");
    return ["enforce", "audit", "warn"].flatMap((mode) => {
      const key = `pod-security.kubernetes.io/${mode}`;
      const level = text(labels, key);
      const known = level === undefined || SECURITY_LEVELS.includes(level);
      return known ? [] : [invalid(`metadata.labels[${key}]`, level, `must be one of ${SECURITY_LEVELS.join(", ")}`)];
    });
  },
  complete: ({ wanted }) => completedNamespace(wanted),
  status: () => ({ phase: "Active" }),
  refuseDelete: ({ id }): Problem | undefined =>
    IMMORTAL.includes(id) ? forbiddenObject(namespace, id, "this namespace may not be deleted") : undefined,
  companions: ({ id, place, cloud }: Draft) => [defaultAccount(id, place.cluster ?? "", cloud.now)],
  // All that is in it goes with it, whoever made it.
  removes: ({ id, place }, cloud) =>
    cloud.inCluster(place.cluster ?? "").filter(({ outputs }) => namespaceOf(outputs) === id),
  seconds: { delete: 10 },
};

export function completedNamespace(wanted: Properties): Properties {
  const metadata = object(wanted, "metadata");
  const labels = metadata["labels"] === UNKNOWN ? UNKNOWN : { ...object(metadata, "labels"), ...ownName(wanted) };
  return having(wanted, {
    metadata: wanted["metadata"] === UNKNOWN ? UNKNOWN : { ...metadata, labels },
    spec: { finalizers: ["kubernetes"], ...object(wanted, "spec") },
  });
}

function ownName(wanted: Properties): Properties {
  const name = nameOf(wanted);
  return name === undefined ? {} : { "kubernetes.io/metadata.name": name };
}

/** Each namespace has the account that its pods get when they name none. */
export function defaultAccount(namespace: string, cluster: string, now: string): Companion {
  const inputs = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } };
  const metadata = { ...inputs.metadata, creationTimestamp: now };
  return { type: SERVICE_ACCOUNT, id: `${namespace}/default`, inputs, outputs: { ...inputs, metadata }, cluster };
}

const serviceAccount: Kind = {
  ...core,
  kind: "ServiceAccount",
  resource: "serviceaccounts",
  schema: "IoK8sApiCoreV1ServiceAccount",
  namespaced: true,
  nameForm: dnsSubdomain,
};

/** The highest value that is not for the system's own classes (k8s.io/kubernetes, pkg/apis/scheduling). */
const HIGHEST_PRIORITY = 1_000_000_000;
const PRIORITY_CLASS = "kubernetes:scheduling.k8s.io/v1:PriorityClass";

const priorityClass: Kind = {
  apiVersion: "scheduling.k8s.io/v1",
  group: "scheduling.k8s.io",
  kind: "PriorityClass",
  resource: "priorityclasses",
  schema: "IoK8sApiSchedulingV1PriorityClass",
  namespaced: false,
  nameForm: dnsSubdomain,
  generation: true,
  check: (one) => {
    const { value } = one;
    return errors(
      typeof value === "number" && value > HIGHEST_PRIORITY
        ? forbidden("value", `maximum allowed value of a user defined priority is ${HIGHEST_PRIORITY}`)
        : undefined,
      nameOf(one)?.startsWith("system-") === true
        ? forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only")
        : undefined,
    );
  },
  complete: ({ wanted }) => ({ preemptionPolicy: "PreemptLowerPriority", ...wanted }),
  refuse: ({ inputs, id, cloud, previous }) => {
    if (inputs["globalDefault"] !== true) return undefined;
    const other = cloud.all(PRIORITY_CLASS).find((one) => one.outputs["globalDefault"] === true);
    if (other === undefined || other.id === (previous?.id ?? id)) return undefined;
    const why = `PriorityClass ${other.id} is already marked as default. Only one default can exist`;
    return forbiddenObject(priorityClass, nameOf(inputs) ?? "", why);
  },
  frozen: (previous, wanted) =>
    errors(
      previous["value"] !== wanted["value"] && forbidden("value", "may not be changed in an update."),
      previous["preemptionPolicy"] !== (wanted["preemptionPolicy"] ?? "PreemptLowerPriority")
        ? forbidden("preemptionPolicy", "may not be changed in an update.")
        : undefined,
    ),
};

export const namespaces: readonly Kind[] = [namespace, serviceAccount, priorityClass];
export { NAMESPACE, PRIORITY_CLASS };
