import type { Draft } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import { isProperties, list, object, type Properties, text } from "../model/values.ts";
import { qualified } from "./apiStatus.ts";
import { errors, type FieldError, invalid } from "./fieldError.ts";
import type { Kind } from "./kind.ts";
import { namespaceOf } from "./metadata.ts";
import { dnsSubdomain } from "./names.ts";
import { quantity, quantityErrors } from "./quantity.ts";

const RESOURCE_QUOTA = "kubernetes:core/v1:ResourceQuota";

/** How much of each thing a quota counts. */
type Usage = Readonly<Record<string, number>>;

export const resourceQuota: Kind = {
  apiVersion: "v1",
  group: "",
  kind: "ResourceQuota",
  resource: "resourcequotas",
  schema: "IoK8sApiCoreV1ResourceQuota",
  namespaced: true,
  nameForm: dnsSubdomain,
  replacing: ["spec.scopes"],
  check: (one) => {
    const { hard } = object(one, "spec");
    return errors(quantityErrors(hard, "spec.hard"), fractionErrors(isProperties(hard) ? hard : {}));
  },
  status: (one) => ({ hard: object(object(one, "spec"), "hard") }),
};

/** Objects are counted in whole. */
function fractionErrors(hard: Properties): FieldError[] {
  return Object.entries(hard).flatMap(([name, amount]) => {
    const counts = name.startsWith("count/") || COUNTED.includes(name);
    const value = quantity(amount);
    return counts && value !== undefined && !Number.isInteger(value)
      ? [invalid(`spec.hard[${name}]`, amount, "must be an integer")]
      : [];
  });
}

const COUNTED = ["pods", "services", "secrets", "configmaps", "persistentvolumeclaims", "resourcequotas"];

/**
 * Why the quotas of its namespace leave no room for a new object (k8s.io/apiserver, plugin/pkg/admission/resourcequota).
 * Quotas with scopes are about some pods only and are not looked at; neither are pods that controllers make.
 */
export function quotaRefusal(kind: Kind, { inputs, cloud, place }: Draft): string | undefined {
  const namespace = namespaceOf(inputs);
  if (namespace === undefined) return undefined;
  const quotas = cloud.all(RESOURCE_QUOTA).filter(({ outputs }) => namespaceOf(outputs) === namespace);
  if (quotas.length === 0) return undefined;
  const wanted = usageOf(kind, inputs);
  const others = cloud
    .inCluster(place.cluster ?? "")
    .filter((one) => namespaceOf(one.outputs) === namespace && one.outputs["kind"] === kind.kind);
  for (const quota of quotas) {
    const why = excess(kind, { quota, wanted, others, inputs });
    if (why !== undefined) return why;
  }
  return undefined;
}

interface Judged {
  readonly quota: Resource;
  readonly wanted: Usage;
  readonly others: readonly Resource[];
  readonly inputs: Properties;
}

function excess(kind: Kind, { quota, wanted, others, inputs }: Judged): string | undefined {
  const spec = object(quota.outputs, "spec");
  if (spec["scopes"] !== undefined || spec["scopeSelector"] !== undefined) return undefined;
  const name = text(object(quota.outputs, "metadata"), "name") ?? "";
  for (const [resource, hard] of Object.entries(object(spec, "hard"))) {
    if (kind.kind === "Pod" && COMPUTE.has(resource) && !declares(inputs, resource)) {
      return `failed quota: ${name}: must specify ${resource}`;
    }
    const more = wanted[resource];
    if (more === undefined || more === 0) continue;
    const used = others.reduce((sum, one) => sum + (usageOf(kind, one.outputs)[resource] ?? 0), 0);
    if (used + more <= (quantity(hard) ?? Number.POSITIVE_INFINITY)) continue;
    const at = `${resource}=`;
    return `exceeded quota: ${name}, requested: ${at}${more}, used: ${at}${used}, limited: ${at}${String(hard)}`;
  }
  return undefined;
}

function usageOf(kind: Kind, inputs: Properties): Usage {
  const counted: Usage = { [`count/${qualified(kind)}`]: 1, ...(kind.group === "" ? { [kind.resource]: 1 } : {}) };
  const spec = object(inputs, "spec");
  switch (kind.kind) {
    case "Pod":
      return { ...counted, ...computeOf(spec) };
    case "Service": {
      const type = text(spec, "type");
      const ports = list(spec, "ports").length;
      const opened = type === "NodePort" || type === "LoadBalancer" ? { "services.nodeports": ports } : {};
      return { ...counted, ...opened, ...(type === "LoadBalancer" ? { "services.loadbalancers": 1 } : {}) };
    }
    case "PersistentVolumeClaim": {
      const requests = object(object(spec, "resources"), "requests");
      return { ...counted, "requests.storage": quantity(requests["storage"]) ?? 0 };
    }
    default:
      return counted;
  }
}

const COMPUTE: ReadonlyMap<string, readonly [part: "requests" | "limits", name: "cpu" | "memory"]> = new Map([
  ["cpu", ["requests", "cpu"]],
  ["memory", ["requests", "memory"]],
  ["requests.cpu", ["requests", "cpu"]],
  ["requests.memory", ["requests", "memory"]],
  ["limits.cpu", ["limits", "cpu"]],
  ["limits.memory", ["limits", "memory"]],
]);

function computeOf(spec: Properties): Usage {
  const containers = list(spec, "containers").filter(isProperties);
  return Object.fromEntries(
    [...COMPUTE].map(([resource, [part, name]]) => [
      resource,
      containers.reduce((sum, one) => sum + (amountOf(one, part, name) ?? 0), 0),
    ]),
  );
}

function declares(pod: Properties, resource: string): boolean {
  const [part, name] = COMPUTE.get(resource) ?? ["requests", "cpu"];
  return list(object(pod, "spec"), "containers")
    .filter(isProperties)
    .every((one) => amountOf(one, part, name) !== undefined);
}

/** A request that is not given is the limit. */
export function amountOf(container: Properties, part: "requests" | "limits", name: string): number | undefined {
  const resources = object(container, "resources");
  const given = object(resources, part)[name];
  return quantity(given ?? (part === "requests" ? object(resources, "limits")[name] : undefined));
}
