import type { CloudView } from "../model/model.ts";
import { isProperties, list, object, type Properties, text } from "../model/values.ts";
import { errors, type FieldError, invalid, repeated } from "./fieldError.ts";
import type { Kind } from "./kind.ts";
import { namespaceOf } from "./metadata.ts";
import { dnsSubdomain } from "./names.ts";
import { quantity, quantityErrors } from "./quantity.ts";
import { amountOf } from "./quota.ts";

const LIMIT_RANGE = "kubernetes:core/v1:LimitRange";

export const limitRange: Kind = {
  apiVersion: "v1",
  group: "",
  kind: "LimitRange",
  resource: "limitranges",
  schema: "IoK8sApiCoreV1LimitRange",
  namespaced: true,
  nameForm: dnsSubdomain,
  check: (one) => {
    const limits = list(object(one, "spec"), "limits").filter(isProperties);
    return errors(
      repeated(
        limits.map(({ type }) => type),
        (i) => `spec.limits[${i}].type`,
      ),
      limits.flatMap((limit, i) => limitErrors(limit, `spec.limits[${i}]`)),
    );
  },
};

/** From the least to the most: each must not exceed those after it. */
const ORDER = ["min", "defaultRequest", "default", "max"] as const;

function limitErrors(limit: Properties, field: string): FieldError[] {
  const disordered = ORDER.flatMap((low, i) =>
    ORDER.slice(i + 1).flatMap((high) =>
      Object.entries(object(limit, low)).flatMap(([name, amount]) => {
        const small = quantity(amount);
        const large = quantity(object(limit, high)[name]);
        if (small === undefined || large === undefined || small <= large) return [];
        const why = `${low} value ${String(amount)} is greater than ${high} value ${String(object(limit, high)[name])}`;
        return [invalid(`${field}.${low}[${name}]`, amount, why)];
      }),
    ),
  );
  return errors(
    ORDER.flatMap((name) => quantityErrors(limit[name], `${field}.${name}`)),
    disordered,
  );
}

/** Why the limit ranges of a namespace do not admit a pod. */
export function limitRangeRefusal(
  spec: Properties,
  { cloud, namespace }: { readonly cloud: CloudView; readonly namespace: string },
): string | undefined {
  const limits = cloud
    .all(LIMIT_RANGE)
    .filter(({ outputs }) => namespaceOf(outputs) === namespace)
    .flatMap(({ outputs }) => list(object(outputs, "spec"), "limits").filter(isProperties))
    .filter((limit) => text(limit, "type") === "Container");
  for (const limit of limits) {
    for (const container of list(spec, "containers").filter(isProperties)) {
      const why = beyond(limit, container);
      if (why !== undefined) return why;
    }
  }
  return undefined;
}

function beyond(limit: Properties, container: Properties): string | undefined {
  for (const [name, most] of Object.entries(object(limit, "max"))) {
    const given = amountOf(container, "limits", name) ?? quantity(object(limit, "default")[name]);
    if (given === undefined) return `maximum ${name} usage per Container is ${String(most)}. No limit is specified`;
    if (given > (quantity(most) ?? given)) return `maximum ${name} usage per Container is ${String(most)}`;
  }
  for (const [name, least] of Object.entries(object(limit, "min"))) {
    const given = amountOf(container, "requests", name) ?? quantity(object(limit, "defaultRequest")[name]);
    if (given === undefined) return `minimum ${name} usage per Container is ${String(least)}. No request is specified`;
    if (given < (quantity(least) ?? given)) return `minimum ${name} usage per Container is ${String(least)}`;
  }
  return undefined;
}
