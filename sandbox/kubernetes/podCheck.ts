import { isProperties, list, object, type Properties, text, UNKNOWN, type Value } from "../model/values.ts";
import { containerErrors, negative, volumeNames } from "./containerCheck.ts";
import {
  duplicate,
  errors,
  type FieldError,
  forbidden,
  invalid,
  repeated,
  required,
  unsupported,
} from "./fieldError.ts";
import { labelErrors } from "./metadata.ts";
import { dnsLabel, qualifiedName } from "./names.ts";
import { selectorErrors } from "./selector.ts";

export interface TemplateRules {
  readonly restart: readonly string[];
  readonly field?: string;
  /** Names of volumes that come from claims of a stateful set. */
  readonly claims?: readonly string[];
}

/** What is wrong with the template of a workload's pods. Long-running ones restart always, jobs never do. */
export function podTemplateErrors(
  template: Properties,
  { restart, field = "spec.template", claims = [] }: TemplateRules,
): FieldError[] {
  const spec = object(template, "spec");
  const policy = spec["restartPolicy"] ?? "Always";
  return errors(
    labelErrors(object(template, "metadata")["labels"], `${field}.metadata.labels`),
    template["spec"] !== UNKNOWN && podSpecErrors(spec, `${field}.spec`, claims),
    typeof policy === "string" && !restart.includes(policy)
      ? unsupported(`${field}.spec.restartPolicy`, policy, restart)
      : undefined,
  );
}

/** What is wrong with the spec of a pod (k8s.io/kubernetes, pkg/apis/core/validation). */
export function podSpecErrors(spec: Properties, field: string, claims: readonly string[] = []): FieldError[] {
  const grace = spec["terminationGracePeriodSeconds"] ?? 30;
  const scope = {
    volumes: volumeNames(spec, claims),
    graceSeconds: typeof grace === "number" ? grace : Number.POSITIVE_INFINITY,
  };
  const containers = list(spec, "containers");
  const empty = containers.length === 0 && spec["containers"] !== UNKNOWN;
  return errors(
    empty && required(`${field}.containers`, "a pod has at least one container"),
    containerErrors(containers, `${field}.containers`, scope),
    containerErrors(list(spec, "initContainers"), `${field}.initContainers`, scope),
    sharedNames(containers, list(spec, "initContainers"), `${field}.initContainers`),
    volumeErrors(list(spec, "volumes"), `${field}.volumes`),
    negative(spec["terminationGracePeriodSeconds"], `${field}.terminationGracePeriodSeconds`),
    labelErrors(spec["nodeSelector"], `${field}.nodeSelector`),
    list(spec, "tolerations").flatMap((one, i) => tolerationErrors(one, `${field}.tolerations[${i}]`)),
    spreadErrors(list(spec, "topologySpreadConstraints"), `${field}.topologySpreadConstraints`),
  );
}

/** Names are unique over all containers of a pod. */
function sharedNames(containers: readonly Value[], inits: readonly Value[], field: string): FieldError[] {
  const nameIn = (one: Value): string | undefined => (isProperties(one) ? text(one, "name") : undefined);
  const taken = new Set(containers.map(nameIn));
  return inits.flatMap((one, i) => {
    const name = nameIn(one);
    return name !== undefined && taken.has(name) ? [duplicate(`${field}[${i}].name`, name)] : [];
  });
}

function volumeErrors(volumes: readonly Value[], field: string): FieldError[] {
  const objects = volumes.map((volume) => (isProperties(volume) ? volume : {}));
  return errors(
    repeated(
      objects.map(({ name }) => name),
      (i) => `${field}[${i}].name`,
    ),
    objects.flatMap((volume, i) => {
      const name = text(volume, "name");
      const bad = name === undefined ? undefined : dnsLabel(name);
      const sources = Object.keys(volume).filter((key) => key !== "name");
      return errors(
        bad !== undefined && invalid(`${field}[${i}].name`, name, bad),
        // A volume without a source is an empty directory (API defaults).
        sources.length > 1 && forbidden(`${field}[${i}].${sources[1]}`, "may not specify more than 1 volume type"),
      );
    }),
  );
}

function tolerationErrors(toleration: Value, field: string): FieldError[] {
  if (!isProperties(toleration)) return [];
  const { key, operator = "Equal", value, effect, tolerationSeconds } = toleration;
  const badKey = typeof key === "string" && key !== "" ? qualifiedName(key) : undefined;
  const anyKey = key === undefined || key === "";
  return errors(
    badKey !== undefined && invalid(`${field}.key`, key, badKey),
    anyKey && operator === "Equal"
      ? invalid(`${field}.operator`, operator, "operator must be Exists when `key` is empty")
      : undefined,
    operator === "Exists" && value !== undefined && value !== ""
      ? invalid(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'")
      : undefined,
    tolerationSeconds !== undefined && typeof effect === "string" && effect !== "NoExecute"
      ? invalid(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
      : undefined,
  );
}

function spreadErrors(constraints: readonly Value[], field: string): FieldError[] {
  const objects = constraints.map((one) => (isProperties(one) ? one : {}));
  const pairs = objects.map(({ topologyKey, whenUnsatisfiable }) =>
    typeof topologyKey === "string" && typeof whenUnsatisfiable === "string"
      ? `{${topologyKey}, ${whenUnsatisfiable}}`
      : undefined,
  );
  return errors(
    repeated(pairs, (i) => `${field}[${i}].{topologyKey, whenUnsatisfiable}`),
    objects.flatMap((one, i) => {
      const { maxSkew } = one;
      return errors(
        typeof maxSkew === "number" && maxSkew <= 0
          ? invalid(`${field}[${i}].maxSkew`, maxSkew, "must be greater than zero")
          : undefined,
        selectorErrors(one["labelSelector"], `${field}[${i}].labelSelector`),
      );
    }),
  );
}
