import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";

/** The namespace that an object lies in; without one, the provider puts it into `default`. */
export const namespaceOf = ({ inputs }: KnownResource): unknown =>
  valueAt(inputs, ["metadata", "namespace"]) ?? "default";

/** The object's name in the cluster; absent where the cluster chooses it. */
export const nameOf = ({ inputs }: KnownResource): unknown => valueAt(inputs, ["metadata", "name"]);

type Labels = Readonly<Record<string, unknown>>;

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Whether labels meet a selector; an empty one is met by all (kubernetes.io/docs/concepts/overview/working-with-objects/labels). */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.keys(matchLabels).every((key) => matchLabels[key] === labels[key]) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const among = values.includes(String(labels[key]));
      if (operator === "In") return among;
      if (operator === "NotIn") return !among;
      return (operator === "Exists") === Object.hasOwn(labels, key);
    })
  );
}
