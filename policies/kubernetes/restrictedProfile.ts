import type { ResourceTypes } from "../resourceTypes.ts";

export type PodSpec = NonNullable<ResourceTypes["kubernetes:core/v1:Pod"]["spec"]>;
type Container = PodSpec["containers"][number];
type PodSecurity = NonNullable<PodSpec["securityContext"]>;
type ContainerSecurity = NonNullable<Container["securityContext"]>;
type Fault = readonly [broken: boolean, message: string];

/**
 * The profile "Restricted" of the Kubernetes Pod Security Standards, which includes "Baseline"
 * (kubernetes.io/docs/concepts/security/pod-security-standards). Messages name fields and never values. These
 * are the volume types it knows; a volume of none is an emptyDir.
 */
const volumeKeys = [
  "name",
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];
const sysctls = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
];
const seLinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/** An empty text is the same as none: that is how a manifest says "the default". */
const among = (value: string | undefined, allowed: readonly string[]): boolean => !value || allowed.includes(value);

const messages = (faults: readonly Fault[]): readonly string[] =>
  faults.filter(([broken]) => broken).map(([, text]) => text);

/** Faults of what pod and container may both say. */
const sharedFaults = (security: PodSecurity | ContainerSecurity): readonly Fault[] => [
  [security.windowsOptions?.hostProcess === true, "windowsOptions.hostProcess is true"],
  [!among(security.appArmorProfile?.type, ["RuntimeDefault", "Localhost"]), "appArmorProfile is unconfined"],
  [!among(security.seLinuxOptions?.type, seLinuxTypes), "seLinuxOptions.type is not a container type"],
  [Boolean(security.seLinuxOptions?.user || security.seLinuxOptions?.role), "seLinuxOptions sets a user or role"],
  [!among(security.seccompProfile?.type, ["RuntimeDefault", "Localhost"]), "seccompProfile is unconfined"],
  [security.runAsUser === 0, "runAsUser is root"],
  [security.runAsNonRoot === false, "runAsNonRoot is false"],
];

/** Faults of the pod itself, without its containers. */
export const podFaults = (pod: PodSpec): readonly string[] =>
  messages([
    [pod.hostNetwork === true, "hostNetwork is true"],
    [pod.hostPID === true, "hostPID is true"],
    [pod.hostIPC === true, "hostIPC is true"],
    [
      (pod.volumes ?? []).some((volume) => Object.keys(volume).some((key) => !volumeKeys.includes(key))),
      "volumes holds one of a type that reaches the host",
    ],
    [
      (pod.securityContext?.sysctls ?? []).some(({ name }) => !sysctls.includes(name)),
      "securityContext.sysctls sets one that is not safe",
    ],
    ...sharedFaults(pod.securityContext ?? {}),
  ]);

const probes = ["startupProbe", "readinessProbe", "livenessProbe"] as const;

/** A probe or hook that names a host lets the node's own process call wherever a pod's author likes. */
function namesHost(container: Container): boolean {
  const { lifecycle } = container;
  const handlers = [...probes.map((probe) => container[probe]), lifecycle?.postStart, lifecycle?.preStop];
  return handlers.some((handler) => Boolean(handler?.httpGet?.host || handler?.tcpSocket?.host));
}

/** Faults of one container; what it does not say is taken from its pod. */
export function containerFaults(container: Container, pod: PodSpec): readonly string[] {
  const { securityContext: own = {}, ports } = container;
  const inherited = pod.securityContext ?? {};
  const linux = pod.os?.name !== "windows";
  const added = own.capabilities?.add ?? [];
  return messages([
    ...sharedFaults(own),
    [own.privileged === true, "privileged is true"],
    [!among(own.procMount, ["Default"]), "procMount is not Default"],
    [namesHost(container), "a probe or hook names a host"],
    [(ports ?? []).some(({ hostPort }) => Boolean(hostPort)), "ports takes a port of the host"],
    [(own.runAsNonRoot ?? inherited.runAsNonRoot) === undefined, "runAsNonRoot is not true"],
    [linux && own.allowPrivilegeEscalation !== false, "allowPrivilegeEscalation is not false"],
    [linux && !(own.seccompProfile?.type ?? inherited.seccompProfile?.type), "seccompProfile is not set"],
    [linux && !(own.capabilities?.drop ?? []).includes("ALL"), "capabilities.drop lacks ALL"],
    [linux && added.some((name) => name !== "NET_BIND_SERVICE"), "capabilities.add adds more than NET_BIND_SERVICE"],
  ]);
}
