import { isProperties, list, object, type Properties, text, type Value } from "../model/values.ts";
import { errors, type FieldError, forbidden, invalid, required } from "./fieldError.ts";
import type { Completion, Kind } from "./kind.ts";
import { dnsSubdomain } from "./names.ts";
import { each, filled, having } from "./podDefaults.ts";
import { selectorErrors } from "./selector.ts";
import { amountErrors } from "./workloads.ts";

const disruptionBudget: Kind = {
  apiVersion: "policy/v1",
  group: "policy",
  kind: "PodDisruptionBudget",
  resource: "poddisruptionbudgets",
  schema: "IoK8sApiPolicyV1PodDisruptionBudget",
  namespaced: true,
  nameForm: dnsSubdomain,
  generation: true,
  check: (one) => {
    const { minAvailable, maxUnavailable, selector } = object(one, "spec");
    return errors(
      minAvailable !== undefined && maxUnavailable !== undefined
        ? invalid("spec", {}, "minAvailable and maxUnavailable cannot be both set")
        : undefined,
      amountErrors(minAvailable, "spec.minAvailable", 100),
      amountErrors(maxUnavailable, "spec.maxUnavailable", 100),
      selectorErrors(selector, "spec.selector"),
    );
  },
  status: (one) => ({
    observedGeneration: object(one, "metadata")["generation"] ?? 1,
    currentHealthy: 0,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
    expectedPods: 0,
  }),
};

const podAutoscaler: Kind = {
  apiVersion: "autoscaling/v2",
  group: "autoscaling",
  kind: "HorizontalPodAutoscaler",
  resource: "horizontalpodautoscalers",
  schema: "IoK8sApiAutoscalingV2HorizontalPodAutoscaler",
  namespaced: true,
  nameForm: dnsSubdomain,
  check: (one) => autoscalerErrors(object(one, "spec")),
  complete: ({ wanted }) =>
    having(wanted, {
      spec: each(wanted["spec"], (spec) => ({
        minReplicas: 1,
        metrics: [averageCpu],
        ...spec,
        ...(spec["behavior"] === undefined ? {} : { behavior: completedBehavior(spec["behavior"]) }),
      })),
    }),
  status: (one, { previous, draft }: Completion) => {
    const least = object(one, "spec")["minReplicas"] ?? 1;
    const before = object(previous ?? {}, "status")["conditions"];
    const able = { type: "AbleToScale", status: "True", reason: "ReadyForNewScale" };
    const since = { ...able, lastTransitionTime: draft?.cloud.now ?? "" };
    return { currentReplicas: least, desiredReplicas: least, conditions: before ?? [since] };
  },
};

/** What is taken when no metric is named (k8s.io/kubernetes, pkg/apis/autoscaling/v2/defaults.go). */
const averageCpu = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
};

function completedBehavior(behavior: Value): Value {
  const period = { periodSeconds: 15 };
  const everything = { type: "Percent", value: 100, ...period };
  return (
    each(behavior, (one) => ({
      scaleUp: filled(one["scaleUp"], {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Max",
        policies: [{ type: "Pods", value: 4, ...period }, everything],
      }),
      scaleDown: filled(one["scaleDown"], { selectPolicy: "Max", policies: [everything] }),
    })) ?? behavior
  );
}

function autoscalerErrors(spec: Properties): FieldError[] {
  const { minReplicas = 1, maxReplicas } = spec;
  const least = typeof minReplicas === "number" ? minReplicas : 1;
  const behavior = object(spec, "behavior");
  return errors(
    least < 1 && invalid("spec.minReplicas", least, "must be greater than or equal to 1"),
    typeof maxReplicas === "number" && maxReplicas < 1
      ? invalid("spec.maxReplicas", maxReplicas, "must be greater than 0")
      : undefined,
    typeof maxReplicas === "number" && maxReplicas >= 1 && maxReplicas < least
      ? invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`")
      : undefined,
    list(spec, "metrics").flatMap((metric, i) =>
      isProperties(metric) ? metricErrors(metric, `spec.metrics[${i}]`) : [],
    ),
    ["scaleUp", "scaleDown"].flatMap((name) => rulesErrors(object(behavior, name), `spec.behavior.${name}`)),
  );
}

/** The field that holds a metric of each type. */
const SOURCES: Readonly<Record<string, string>> = {
  Resource: "resource",
  ContainerResource: "containerResource",
  Pods: "pods",
  Object: "object",
  External: "external",
};

function metricErrors(metric: Properties, field: string): FieldError[] {
  const source = SOURCES[text(metric, "type") ?? ""];
  if (source === undefined) return [];
  if (metric[source] === undefined) {
    return [required(`${field}.${source}`, "must populate information for the given metric source")];
  }
  const target = object(object(metric, source), "target");
  const { type, averageUtilization, averageValue, value } = target;
  const at = `${field}.${source}.target`;
  const both = averageUtilization !== undefined && averageValue !== undefined;
  return errors(
    source === "resource" && averageUtilization === undefined && averageValue === undefined && type !== undefined
      ? required(`${at}.averageUtilization`, "must set either a target raw value or a target utilization")
      : undefined,
    both && forbidden(`${at}.averageValue`, "may not set both a target raw value and a target utilization"),
    typeof averageUtilization === "number" && averageUtilization < 1
      ? invalid(`${at}.averageUtilization`, averageUtilization, "must be greater than 0")
      : undefined,
    type === "Value" && value === undefined && source !== "resource" && required(`${at}.value`, "must be set"),
  );
}

function rulesErrors(rules: Properties, field: string): FieldError[] {
  const { stabilizationWindowSeconds: window, policies } = rules;
  const outside = typeof window === "number" && (window < 0 || window > 3600);
  return errors(
    outside && invalid(`${field}.stabilizationWindowSeconds`, window, "must be from 0 to 3600"),
    Array.isArray(policies) &&
      policies.length === 0 &&
      required(`${field}.policies`, "must specify at least one Policy"),
    list(rules, "policies").flatMap((policy, i) => {
      if (!isProperties(policy)) return [];
      const { value, periodSeconds } = policy;
      const at = `${field}.policies[${i}]`;
      const long = typeof periodSeconds === "number" && (periodSeconds < 1 || periodSeconds > 1800);
      return errors(
        typeof value === "number" && value <= 0 && invalid(`${at}.value`, value, "must be greater than zero"),
        long && invalid(`${at}.periodSeconds`, periodSeconds, "must be from 1 to 1800"),
      );
    }),
  );
}

export const scaling: readonly Kind[] = [disruptionBudget, podAutoscaler];
