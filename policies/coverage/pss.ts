import type { CoveredControl } from "./coveredControl.ts";

/**
 * Every control of the profiles Baseline and Restricted (https://kubernetes.io/docs/concepts/security/pod-security-standards/); they
 * have no numbers, so their headings stand for them. Privileged, the third profile, asks nothing.
 */
export const pss: readonly CoveredControl[] = [
  { control: "Baseline: HostProcess", asks: "No privileged process of the host in Windows pods" },
  { control: "Baseline: Host Namespaces", asks: "No network, processes or memory of the host" },
  { control: "Baseline: Privileged Containers", asks: "No privileged container" },
  { control: "Baseline: Capabilities", asks: "No capability beside those that the profile lists" },
  { control: "Baseline: HostPath Volumes", asks: "No folder of the host" },
  { control: "Baseline: Host Ports", asks: "No port of the host" },
  { control: "Baseline: Host Probes / Lifecycle Hooks", asks: "No probe or hook that names a host" },
  { control: "Baseline: AppArmor", asks: "The runtime's profile, or one that is named, is never switched off" },
  { control: "Baseline: SELinux", asks: "A container's type, and no user or role of one's own" },
  { control: "Baseline: /proc Mount Type", asks: "Parts of /proc stay masked" },
  { control: "Baseline: Seccomp", asks: "The filter of system calls is never switched off" },
  { control: "Baseline: Sysctls", asks: "No kernel setting but those that stay within a pod" },
  { control: "Restricted: Volume Types", asks: "Volumes of the types that reach nothing of the host" },
  { control: "Restricted: Privilege Escalation", asks: "No process gains rights that its parent had not" },
  { control: "Restricted: Running as Non-root", asks: "A pod says that it does not run as root" },
  { control: "Restricted: Running as Non-root user", asks: "No user id 0" },
  { control: "Restricted: Seccomp", asks: "A filter of system calls is set" },
  { control: "Restricted: Capabilities", asks: "All capabilities are dropped; only NET_BIND_SERVICE may come back" },
];
