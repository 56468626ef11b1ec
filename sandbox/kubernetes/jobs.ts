import type { Draft } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { object, type Properties, text } from "../model/values.ts";
import { forbiddenObject, type Named } from "./apiStatus.ts";
import { negative } from "./containerCheck.ts";
import { cronError } from "./cron.ts";
import { errors, type FieldError, forbidden, invalid } from "./fieldError.ts";
import { type Kind, SERVICE_ACCOUNT } from "./kind.ts";
import { limitRangeRefusal } from "./limitRange.ts";
import { namespaceOf } from "./metadata.ts";
import { atMost, dnsSubdomain } from "./names.ts";
import { podSpecErrors, podTemplateErrors } from "./podCheck.ts";
import { completedPodSpec, completedTemplate, each, having } from "./podDefaults.ts";
import { podSecurityRefusal } from "./podSecurity.ts";

const pod: Kind = {
  apiVersion: "v1",
  group: "",
  kind: "Pod",
  resource: "pods",
  schema: "IoK8sApiCoreV1Pod",
  namespaced: true,
  nameForm: dnsSubdomain,
  // Of a pod that runs only its images, its deadline and its tolerations can change.
  replacing: ({ olds, news }) =>
    Object.keys({ ...object(olds, "spec"), ...object(news, "spec") })
      .filter((name) => !["activeDeadlineSeconds", "tolerations", "schedulingGates"].includes(name))
      .map((name) => `spec.${name}`),
  check: (one) => podSpecErrors(object(one, "spec"), "spec"),
  complete: ({ wanted }) =>
    having(wanted, {
      spec: each(wanted["spec"], (spec) => ({
        serviceAccountName: "default",
        serviceAccount: spec["serviceAccountName"] ?? "default",
        enableServiceLinks: true,
        preemptionPolicy: "PreemptLowerPriority",
        ...completedPodSpec(spec),
      })),
    }),
  status: (_pod, { previous, draft }) => {
    const before = object(previous ?? {}, "status");
    if (before["phase"] !== undefined || draft === undefined) return before;
    const { random, now } = draft.cloud;
    const podIP = `10.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(4, 254)}`;
    const conditions = ["Initialized", "ContainersReady", "Ready", "PodScheduled"].map((type) => ({
      type,
      status: "True",
      lastTransitionTime: now,
    }));
    return { phase: "Running", podIP, podIPs: [{ ip: podIP }], startTime: now, qosClass: "Burstable", conditions };
  },
  refuse: (draft) => (draft.previous === undefined ? podRefusal(pod, draft) : undefined),
  seconds: { create: 10, delete: 10 },
};

/** What admission says of a pod: its service account and priority class, the namespace's limits and security level. */
function podRefusal(named: Named, { inputs, cloud }: Draft): Problem | undefined {
  const spec = object(inputs, "spec");
  const name = text(object(inputs, "metadata"), "name") ?? "";
  const namespace = namespaceOf(inputs) ?? "default";
  const refuse = (why: string | undefined): Problem | undefined =>
    why === undefined ? undefined : forbiddenObject(named, name, why);
  const account = text(spec, "serviceAccountName") ?? "default";
  const priority = text(spec, "priorityClassName");
  if (account !== "default" && cloud.find(SERVICE_ACCOUNT, `${namespace}/${account}`) === undefined) {
    return refuse(`error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`);
  }
  if (priority !== undefined && cloud.find("kubernetes:scheduling.k8s.io/v1:PriorityClass", priority) === undefined) {
    return refuse(`no PriorityClass with name ${priority} was found`);
  }
  return refuse(limitRangeRefusal(spec, { cloud, namespace }) ?? podSecurityRefusal(spec, namespace, cloud));
}

const job: Kind = {
  apiVersion: "batch/v1",
  group: "batch",
  kind: "Job",
  resource: "jobs",
  schema: "IoK8sApiBatchV1Job",
  namespaced: true,
  nameForm: atMost(63, dnsSubdomain),
  generation: true,
  replacing: ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  check: (one) => jobErrors(object(one, "spec"), "spec"),
  complete: ({ wanted, previous }) =>
    having(wanted, {
      spec: each(wanted["spec"], (spec) =>
        having(
          {
            completions: 1,
            parallelism: 1,
            backoffLimit: 6,
            completionMode: "NonIndexed",
            suspend: false,
            manualSelector: false,
            podReplacementPolicy: "TerminatingOrFailed",
            ...spec,
          },
          { template: completedTemplate(spec["template"]), selector: object(previous ?? {}, "spec")["selector"] },
        ),
      ),
    }),
  status: (one, { previous, draft }) => {
    const before = object(previous ?? {}, "status");
    if (before["startTime"] !== undefined || draft === undefined) return before;
    const { now } = draft.cloud;
    const ended: Properties = {
      startTime: now,
      completionTime: now,
      succeeded: object(one, "spec")["completions"] ?? 1,
    };
    return { ...ended, ready: 0, conditions: [{ type: "Complete", status: "True", lastTransitionTime: now }] };
  },
  seconds: { create: 30, delete: 5 },
};

function jobErrors(spec: Properties, field: string): FieldError[] {
  const manual = spec["manualSelector"] === true;
  const amounts = ["completions", "parallelism", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"];
  return errors(
    amounts.flatMap((name) => negative(spec[name], `${field}.${name}`) ?? []),
    spec["selector"] !== undefined && !manual
      ? forbidden(`${field}.selector`, "is made by the job's controller unless `manualSelector` is true")
      : undefined,
    spec["completionMode"] === "Indexed" && spec["completions"] === undefined
      ? invalid(`${field}.completions`, undefined, "is required when completion mode is Indexed")
      : undefined,
    podTemplateErrors(object(spec, "template"), { restart: ["OnFailure", "Never"], field: `${field}.template` }),
  );
}

const cronJob: Kind = {
  apiVersion: "batch/v1",
  group: "batch",
  kind: "CronJob",
  resource: "cronjobs",
  schema: "IoK8sApiBatchV1CronJob",
  namespaced: true,
  // Its jobs' names get eleven characters more.
  nameForm: atMost(52, dnsSubdomain),
  generation: true,
  check: (one) => {
    const spec = object(one, "spec");
    const schedule = text(spec, "schedule");
    const bad = schedule === undefined ? undefined : cronError(schedule);
    const amounts = ["successfulJobsHistoryLimit", "failedJobsHistoryLimit", "startingDeadlineSeconds"];
    return errors(
      bad !== undefined && invalid("spec.schedule", schedule, bad),
      amounts.flatMap((name) => negative(spec[name], `spec.${name}`) ?? []),
      jobErrors(object(object(spec, "jobTemplate"), "spec"), "spec.jobTemplate.spec"),
    );
  },
  complete: ({ wanted }) =>
    having(wanted, {
      spec: each(wanted["spec"], (spec) =>
        having(
          {
            concurrencyPolicy: "Allow",
            suspend: false,
            successfulJobsHistoryLimit: 3,
            failedJobsHistoryLimit: 1,
            ...spec,
          },
          {
            jobTemplate: each(spec["jobTemplate"], (template) =>
              having(template, {
                spec: each(template["spec"], (inner) =>
                  having(inner, { template: completedTemplate(inner["template"]) }),
                ),
              }),
            ),
          },
        ),
      ),
    }),
  status: () => ({}),
};

export const jobs: readonly Kind[] = [pod, job, cronJob];
