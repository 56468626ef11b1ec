import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { containerSecurityContext, podSecurityContext } from "./podSecurity.ts";

export interface ServerPort {
  readonly name: string;
  readonly protocol: "TCP" | "UDP";
  readonly number: number;
}

/** Labels that nodes must have, and taints of theirs that do not keep the pod away. */
export interface NodeChoice {
  /** Empty: any node. */
  readonly selector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

export interface Toleration {
  readonly key: string;
  readonly operator: "Equal" | "Exists";
  readonly value?: string;
  readonly effect: "NoSchedule" | "NoExecute" | "PreferNoSchedule";
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
  /** Which nodes it runs on. */
  readonly nodes: NodeChoice;
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
    ...(Object.keys(pod.nodes.selector).length === 0 ? {} : { nodeSelector: pod.nodes.selector }),
    tolerations: [...pod.nodes.tolerations],
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
