import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { containerSecurityContext, podSecurityContext } from "./podSecurity.ts";

export interface ServerPort {
  readonly name: string;
  readonly protocol: "TCP" | "UDP";
  readonly number: number;
}

/** One server as a pod. */
export interface ServerPod {
  readonly image: string;
  /** Empty: what the image itself says. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variable to the secret and key that it is read from. */
  readonly secretEnvironment: Readonly<Record<string, { readonly secret: string; readonly key: string }>>;
  readonly ports: readonly ServerPort[];
  /** TCP; answers GET /healthz. */
  readonly healthPort: number;
  readonly needs: { readonly cpuMillis: number; readonly memoryMiB: number };
  readonly pool: { readonly name: string; readonly dedicated: boolean };
  readonly serviceAccount: string;
  /** Whether the pod may speak to the cluster's API. */
  readonly clusterAccess: boolean;
  /** After being asked to stop: how long the pod goes on as if nothing were, while load balancers learn of it. */
  readonly lingerSeconds: number;
  /** How long after that until it is killed. */
  readonly graceSeconds: number;
  /** Config maps to the folder in which they appear; a change appears there without a restart. */
  readonly configFolders: Readonly<Record<string, string>>;
}

type PodSpec = types.input.core.v1.PodSpec;

export function podSpec(pod: ServerPod, matchLabels: Readonly<Record<string, string>>): PodSpec {
  const folders = Object.entries(pod.configFolders);
  return {
    serviceAccountName: pod.serviceAccount,
    automountServiceAccountToken: pod.clusterAccess,
    enableServiceLinks: false,
    securityContext: podSecurityContext,
    terminationGracePeriodSeconds: pod.lingerSeconds + pod.graceSeconds,
    nodeSelector: { "meridian/pool": pod.pool.name },
    tolerations: pod.pool.dedicated
      ? [{ key: "meridian/pool", operator: "Equal", value: pod.pool.name, effect: "NoSchedule" }]
      : [],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels },
      },
    ],
    containers: [container(pod)],
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
      ...folders.map(([name]) => ({ name, configMap: { name } })),
    ],
  };
}

function container(pod: ServerPod): types.input.core.v1.Container {
  const probe = { httpGet: { path: "/healthz", port: pod.healthPort } };
  const memory = `${pod.needs.memoryMiB}Mi`;
  return {
    name: "server",
    image: pod.image,
    ...(pod.args.length === 0 ? {} : { args: [...pod.args] }),
    env: [
      ...Object.entries(pod.environment).map(([name, value]) => ({ name, value })),
      ...Object.entries(pod.secretEnvironment).map(([name, { secret, key }]) => ({
        name,
        valueFrom: { secretKeyRef: { name: secret, key } },
      })),
    ],
    ports: pod.ports.map(({ name, protocol, number }) => ({ name, protocol, containerPort: number })),
    // Memory has no room above its request: what one server takes too much would be another one's sessions. CPU has twice.
    resources: {
      requests: { cpu: `${pod.needs.cpuMillis}m`, memory },
      limits: { cpu: `${2 * pod.needs.cpuMillis}m`, memory },
    },
    startupProbe: { ...probe, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
    ...(pod.lingerSeconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: pod.lingerSeconds } } } }),
    securityContext: containerSecurityContext,
    volumeMounts: [
      { name: "tmp", mountPath: "/tmp" },
      ...Object.entries(pod.configFolders).map(([name, mountPath]) => ({ name, mountPath, readOnly: true })),
    ],
  };
}
