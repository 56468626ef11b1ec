import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance } from "./conformance.ts";
import { inCluster } from "./kubernetesCluster.ts";

const kubernetes = { package: "kubernetes", connect: inCluster } as const;
const labels = { app: "lobby" };
const container: Properties = { name: "server", image: "registry.example/lobby:1.2" };
const pod = (spec: Properties = {}, restartPolicy = "Always"): Properties => ({
  metadata: { labels },
  spec: { restartPolicy, containers: [container], ...spec },
});
const withContainer = (more: Properties): Properties => pod({ containers: [{ ...container, ...more }] });

function spec(more: Properties = {}, template: Properties = pod()): Properties {
  return { spec: { selector: { matchLabels: labels }, template, ...more } };
}

const object = (apiVersion: string, kind: string, more: Properties) => (): Properties => ({
  apiVersion,
  kind,
  metadata: { name: "lobby" },
  ...more,
});

const AT = "spec.template.spec.containers[0]";

const cases: readonly ConformanceCase[] = [
  {
    ...kubernetes,
    type: "kubernetes:apps/v1:Deployment",
    smallest: object("apps/v1", "Deployment", spec()),
    id: /^default\/lobby$/,
    outputs: {
      spec: {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        selector: { matchLabels: labels },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
        template: {
          metadata: { labels },
          spec: {
            restartPolicy: "Always",
            terminationGracePeriodSeconds: 30,
            dnsPolicy: "ClusterFirst",
            schedulerName: "default-scheduler",
            securityContext: {},
            containers: [
              {
                ...container,
                imagePullPolicy: "IfNotPresent",
                terminationMessagePath: "/dev/termination-log",
                terminationMessagePolicy: "File",
                resources: {},
              },
            ],
          },
        },
      },
    },
    change: spec({ replicas: 3 }),
    replace: {
      spec: {
        selector: { matchLabels: { app: "other" } },
        template: { metadata: { labels: { app: "other" } }, spec: { containers: [container] } },
      },
    },
    spoiled: [
      { name: "no spec's selector", with: { spec: { template: pod() } }, code: "Invalid", property: "spec.selector" },
      { name: "replicas in words", with: spec({ replicas: "three" }), code: "BadRequest", property: "spec.replicas" },
      { name: "fewer replicas than none", with: spec({ replicas: -1 }), code: "Invalid", property: "spec.replicas" },
      { name: "a field there is not", with: spec({ replica: 3 }), code: "BadRequest", property: "spec.replica" },
      {
        name: "a selector that does not match its pods",
        with: spec({ selector: { matchLabels: { app: "other" } } }),
        code: "Invalid",
        property: "spec.template.metadata.labels",
      },
      {
        name: "no containers",
        with: spec({}, pod({ containers: [] })),
        code: "Invalid",
        property: "spec.template.spec.containers",
      },
      {
        name: "a container without an image",
        with: spec({}, pod({ containers: [{ name: "server" }] })),
        code: "Invalid",
        property: `${AT}.image`,
      },
      {
        name: "pods that stop",
        with: spec({}, pod({}, "Never")),
        code: "Invalid",
        property: "spec.template.spec.restartPolicy",
      },
      {
        name: "a port that is none",
        with: spec({}, withContainer({ ports: [{ containerPort: 70_000 }] })),
        code: "Invalid",
        property: `${AT}.ports[0].containerPort`,
      },
      {
        name: "a protocol that is none",
        with: spec({}, withContainer({ ports: [{ containerPort: 80, protocol: "HTTP" }] })),
        code: "Invalid",
        property: `${AT}.ports[0].protocol`,
      },
      {
        name: "a mount of a volume that is not there",
        with: spec({}, withContainer({ volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] })),
        code: "Invalid",
        property: `${AT}.volumeMounts[0].name`,
      },
      {
        name: "a request over the limit",
        with: spec({}, withContainer({ resources: { requests: { cpu: "1" }, limits: { cpu: "500m" } } })),
        code: "Invalid",
        property: `${AT}.resources.requests`,
      },
      {
        name: "a quantity that is none",
        with: spec({}, withContainer({ resources: { limits: { memory: "1 GB" } } })),
        code: "BadRequest",
        property: `${AT}.resources.limits.memory`,
      },
      {
        name: "a probe without a way to probe",
        with: spec({}, withContainer({ livenessProbe: { periodSeconds: 5 } })),
        code: "Invalid",
        property: `${AT}.livenessProbe`,
      },
      {
        name: "a pause longer than the grace",
        with: spec({}, withContainer({ lifecycle: { preStop: { sleep: { seconds: 31 } } } })),
        code: "Invalid",
        property: `${AT}.lifecycle.preStop.sleep`,
      },
      {
        name: "a variable with two sources",
        with: spec(
          {},
          withContainer({ env: [{ name: "A", value: "b", valueFrom: { fieldRef: { fieldPath: "x" } } }] }),
        ),
        code: "Invalid",
        property: `${AT}.env[0].valueFrom`,
      },
      {
        name: "a label with a space",
        with: { metadata: { name: "lobby", labels: { team: "the lobby" } } },
        code: "Invalid",
        property: "metadata.labels",
      },
      {
        name: "a name in capitals",
        with: { metadata: { name: "Lobby" } },
        code: "Invalid",
        property: "metadata.name",
      },
      {
        name: "a rollout that can never move",
        with: spec({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
        code: "Invalid",
        property: "spec.strategy.rollingUpdate.maxUnavailable",
      },
      {
        name: "a namespace that does not exist",
        with: { metadata: { name: "lobby", namespace: "game" } },
        code: "NotFound",
        at: "create",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:apps/v1:StatefulSet",
    smallest: object("apps/v1", "StatefulSet", spec({ serviceName: "lobby" })),
    id: /^default\/lobby$/,
    outputs: { kind: "StatefulSet", status: { ...stateful(1), observedGeneration: 1 } },
    change: spec({ serviceName: "lobby", replicas: 2 }),
    replace: spec({ serviceName: "other" }),
    spoiled: [
      {
        name: "a selector that does not match its pods",
        with: spec({ serviceName: "lobby", selector: { matchLabels: { app: "other" } } }),
        code: "Invalid",
        property: "spec.template.metadata.labels",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:apps/v1:DaemonSet",
    smallest: object("apps/v1", "DaemonSet", spec()),
    id: /^default\/lobby$/,
    change: spec({ minReadySeconds: 5 }),
    replace: {
      spec: {
        selector: { matchLabels: { app: "other" } },
        template: { metadata: { labels: { app: "other" } }, spec: { containers: [container] } },
      },
    },
    spoiled: [
      { name: "a number of replicas", with: spec({ replicas: 3 }), code: "BadRequest", property: "spec.replicas" },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:batch/v1:Job",
    smallest: object("batch/v1", "Job", { spec: { template: pod({}, "Never") } }),
    id: /^default\/lobby$/,
    change: { spec: { template: pod({}, "Never"), backoffLimit: 2 } },
    replace: { spec: { template: pod({}, "OnFailure") } },
    spoiled: [
      {
        name: "pods that restart for ever",
        with: { spec: { template: pod() } },
        code: "Invalid",
        property: "spec.template.spec.restartPolicy",
      },
      {
        name: "a selector of its own",
        with: { spec: { template: pod({}, "Never"), selector: { matchLabels: labels } } },
        code: "Invalid",
        property: "spec.selector",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:batch/v1:CronJob",
    smallest: object("batch/v1", "CronJob", cron("*/5 * * * *")),
    id: /^default\/lobby$/,
    change: cron("@hourly"),
    replace: { metadata: { name: "other" } },
    spoiled: ["61 * * * *", "* * * *", "*/0 * * * *", "5-1 * * * *", "TZ=UTC 1 * * * *"].map((schedule) => ({
      name: `the schedule '${schedule}'`,
      with: cron(schedule),
      code: "Invalid",
      property: "spec.schedule",
    })),
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:core/v1:Pod",
    smallest: object("v1", "Pod", { spec: { containers: [container] } }),
    id: /^default\/lobby$/,
    change: { metadata: { name: "lobby", labels } },
    replace: { spec: { containers: [{ ...container, image: "registry.example/lobby:1.3" }] } },
    spoiled: [
      {
        name: "two containers of one name",
        with: { spec: { containers: [container, container] } },
        code: "Invalid",
        property: "spec.containers[1].name",
      },
      {
        name: "an account that does not exist",
        with: { spec: { containers: [container], serviceAccountName: "nobody" } },
        code: "Forbidden",
        at: "create",
      },
      {
        name: "a priority that does not exist",
        with: { spec: { containers: [container], priorityClassName: "highest" } },
        code: "Forbidden",
        at: "create",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
];

function stateful(replicas: number): Properties {
  return {
    replicas,
    availableReplicas: replicas,
    collisionCount: 0,
    currentReplicas: replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
  };
}

function cron(schedule: string): Properties {
  return { spec: { schedule, jobTemplate: { spec: { template: pod({}, "OnFailure") } } } };
}

conformance(cases);
