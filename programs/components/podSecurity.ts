/**
 * The security contexts under which every pod of ours runs: what the profile `restricted` of the Pod Security Standards asks for, and
 * a root file system that cannot be written. `runAsUser` is any user but root: an image without a numeric user would be refused.
 */
export const podSecurityContext = {
  runAsNonRoot: true,
  runAsUser: 10001,
  runAsGroup: 10001,
  fsGroup: 10001,
  seccompProfile: { type: "RuntimeDefault" },
};

export const containerSecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
};

/** Labels by which the control plane refuses every other pod in a namespace. */
export const restrictedNamespaceLabels = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/audit": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
};

/**
 * The same for pods that someone else's controller adds containers to. Agones' sidecar keeps its capabilities, which `restricted` refuses
 * (the project's own source, pkg/gameservers/controller.go); what breaks `restricted` is written down and warned of.
 */
export const baselineNamespaceLabels = {
  "pod-security.kubernetes.io/enforce": "baseline",
  "pod-security.kubernetes.io/audit": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
};
