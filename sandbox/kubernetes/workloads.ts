import { isProperties, list, object, type Properties, text, type Value } from "../model/values.ts";
import { negative } from "./containerCheck.ts";
import { errors, type FieldError, forbidden, invalid } from "./fieldError.ts";
import type { Completion, Kind } from "./kind.ts";
import { dnsSubdomain } from "./names.ts";
import { nodesOf } from "./nodes.ts";
import { podTemplateErrors } from "./podCheck.ts";
import { completedTemplate, each, filled, having } from "./podDefaults.ts";
import { ownPodsErrors } from "./selector.ts";

const apps = {
  apiVersion: "apps/v1",
  group: "apps",
  namespaced: true,
  nameForm: dnsSubdomain,
  generation: true,
} as const;

const deployment: Kind = {
  ...apps,
  kind: "Deployment",
  resource: "deployments",
  schema: "IoK8sApiAppsV1Deployment",
  replacing: ["spec.selector"],
  check: (workload) => {
    const spec = object(workload, "spec");
    return errors(commonErrors(workload), strategyErrors(object(spec, "strategy")), deadlineErrors(spec));
  },
  complete: (completion) =>
    completed(completion, (spec) => ({
      replicas: keptReplicas(completion),
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
      strategy: rolling(spec["strategy"], { maxUnavailable: "25%", maxSurge: "25%" }),
    })),
  status: (workload, completion) => {
    const replicas = replicasOf(workload);
    return {
      ...observed(workload),
      ...(replicas === 0
        ? {}
        : { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas }),
      conditions: [
        condition("Available", "MinimumReplicasAvailable", completion),
        condition("Progressing", "NewReplicaSetAvailable", completion),
      ],
    };
  },
  seconds: { create: 20, update: 30, delete: 5 },
};

const statefulSet: Kind = {
  ...apps,
  kind: "StatefulSet",
  resource: "statefulsets",
  schema: "IoK8sApiAppsV1StatefulSet",
  replacing: [
    "spec.selector",
    "spec.serviceName",
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.volumeClaimTemplates",
  ],
  check: (workload) => {
    const claims = list(object(workload, "spec"), "volumeClaimTemplates").flatMap((claim) =>
      isProperties(claim) ? (text(object(claim, "metadata"), "name") ?? []) : [],
    );
    return commonErrors(workload, claims);
  },
  complete: (completion) =>
    completed(completion, (spec) => ({
      replicas: keptReplicas(completion),
      revisionHistoryLimit: 10,
      podManagementPolicy: "OrderedReady",
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      ...spec,
      updateStrategy: rolling(spec["updateStrategy"], { partition: 0 }),
    })),
  status: (workload) => {
    const replicas = replicasOf(workload);
    const counts = { currentReplicas: replicas, updatedReplicas: replicas, readyReplicas: replicas };
    return { ...observed(workload), replicas, availableReplicas: replicas, collisionCount: 0, ...counts };
  },
  seconds: { create: 30, update: 40, delete: 10 },
};

const daemonSet: Kind = {
  ...apps,
  kind: "DaemonSet",
  resource: "daemonsets",
  schema: "IoK8sApiAppsV1DaemonSet",
  replacing: ["spec.selector"],
  check: (workload) => commonErrors(workload),
  complete: (completion) =>
    completed(completion, (spec) => ({
      revisionHistoryLimit: 10,
      ...spec,
      updateStrategy: rolling(spec["updateStrategy"], { maxUnavailable: 1, maxSurge: 0 }),
    })),
  status: (workload, { previous, draft }) => {
    const before = Number(object(previous ?? {}, "status")["desiredNumberScheduled"] ?? 0);
    const nodes = previous === undefined && draft !== undefined ? nodesOf(draft) : before;
    return {
      ...observed(workload),
      desiredNumberScheduled: nodes,
      currentNumberScheduled: nodes,
      updatedNumberScheduled: nodes,
      numberReady: nodes,
      numberAvailable: nodes,
      numberMisscheduled: 0,
    };
  },
  seconds: { create: 15, update: 30, delete: 5 },
};

function commonErrors(workload: Properties, claims: readonly string[] = []): FieldError[] {
  const spec = object(workload, "spec");
  return errors(
    ["replicas", "minReadySeconds", "revisionHistoryLimit"].flatMap(
      (name) => negative(spec[name], `spec.${name}`) ?? [],
    ),
    ownPodsErrors(spec),
    podTemplateErrors(object(spec, "template"), { restart: ["Always"], claims }),
  );
}

function strategyErrors(strategy: Properties): FieldError[] {
  const { type = "RollingUpdate", rollingUpdate } = strategy;
  if (!isProperties(rollingUpdate)) return [];
  const { maxSurge, maxUnavailable } = rollingUpdate;
  const at = "spec.strategy.rollingUpdate";
  return errors(
    type === "Recreate" && forbidden(at, "may not be specified when strategy `type` is 'Recreate'"),
    amountErrors(maxSurge, `${at}.maxSurge`),
    amountErrors(maxUnavailable, `${at}.maxUnavailable`),
    isZero(maxSurge) && isZero(maxUnavailable)
      ? invalid(`${at}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0")
      : undefined,
  );
}

/** A number of pods, or a percentage of them. */
export function amountErrors(value: Value | undefined, field: string, most?: number): FieldError[] {
  if (typeof value === "number") return errors(negative(value, field));
  if (typeof value !== "string") return [];
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent === undefined) return [invalid(field, value, "must be an integer or a percentage such as '25%'")];
  return most !== undefined && Number(percent) > most
    ? [invalid(field, value, `must not be greater than ${most}%`)]
    : [];
}

function isZero(value: Value | undefined): boolean {
  return value === 0 || value === "0%";
}

function deadlineErrors(spec: Properties): FieldError[] {
  const { progressDeadlineSeconds = 600, minReadySeconds = 0 } = spec;
  if (typeof progressDeadlineSeconds !== "number" || typeof minReadySeconds !== "number") return [];
  if (progressDeadlineSeconds > minReadySeconds) return [];
  return [invalid("spec.progressDeadlineSeconds", progressDeadlineSeconds, "must be greater than minReadySeconds")];
}

function completed({ wanted }: Completion, complete: (spec: Properties) => Properties): Properties {
  const spec = each(wanted["spec"], (given) => {
    const template = completedTemplate(given["template"]);
    return having(complete(given), { template });
  });
  return having(wanted, { spec });
}

function rolling(strategy: Value | undefined, rollingUpdate: Properties): Value {
  const typed = filled(strategy, { type: "RollingUpdate" });
  if (!isProperties(typed) || typed["type"] !== "RollingUpdate") return typed;
  return { ...typed, rollingUpdate: filled(typed["rollingUpdate"], rollingUpdate) };
}

/** A number that is not given is whatever an autoscaler made it, and one at first. */
function keptReplicas({ previous }: Completion): Value {
  return object(previous ?? {}, "spec")["replicas"] ?? 1;
}

function replicasOf(workload: Properties): number {
  return Number(object(workload, "spec")["replicas"] ?? 1);
}

function observed(workload: Properties): Properties {
  return { observedGeneration: object(workload, "metadata")["generation"] ?? 1 };
}

function condition(type: string, reason: string, { previous, draft }: Completion): Properties {
  const before = list(object(previous ?? {}, "status"), "conditions").find(
    (one) => isProperties(one) && one["type"] === type,
  );
  if (isProperties(before)) return before;
  const now = draft?.cloud.now ?? "";
  return { type, status: "True", reason, lastTransitionTime: now, lastUpdateTime: now };
}

export const workloads: readonly Kind[] = [deployment, statefulSet, daemonSet];
