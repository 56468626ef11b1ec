/** Group and version by the kinds that were served in it and no longer are (kubernetes.io/docs/reference/using-api/deprecation-guide). */
const removed: Readonly<Record<string, readonly string[]>> = {
  "admissionregistration.k8s.io/v1beta1": ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
  "apiextensions.k8s.io/v1beta1": ["CustomResourceDefinition"],
  "apiregistration.k8s.io/v1beta1": ["APIService"],
  "apps/v1beta1": ["Deployment", "StatefulSet", "ControllerRevision"],
  "apps/v1beta2": ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "ControllerRevision"],
  "autoscaling/v2beta1": ["HorizontalPodAutoscaler"],
  "autoscaling/v2beta2": ["HorizontalPodAutoscaler"],
  "batch/v1beta1": ["CronJob"],
  "certificates.k8s.io/v1beta1": ["CertificateSigningRequest"],
  "coordination.k8s.io/v1beta1": ["Lease"],
  "discovery.k8s.io/v1beta1": ["EndpointSlice"],
  "events.k8s.io/v1beta1": ["Event"],
  "extensions/v1beta1": ["DaemonSet", "Deployment", "Ingress", "NetworkPolicy", "PodSecurityPolicy", "ReplicaSet"],
  "flowcontrol.apiserver.k8s.io/v1beta1": ["FlowSchema", "PriorityLevelConfiguration"],
  "flowcontrol.apiserver.k8s.io/v1beta2": ["FlowSchema", "PriorityLevelConfiguration"],
  "flowcontrol.apiserver.k8s.io/v1beta3": ["FlowSchema", "PriorityLevelConfiguration"],
  "networking.k8s.io/v1beta1": ["Ingress", "IngressClass"],
  "node.k8s.io/v1beta1": ["RuntimeClass"],
  "policy/v1beta1": ["PodDisruptionBudget", "PodSecurityPolicy"],
  "rbac.authorization.k8s.io/v1beta1": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
  "scheduling.k8s.io/v1beta1": ["PriorityClass"],
  "storage.k8s.io/v1beta1": ["CSIDriver", "CSINode", "CSIStorageCapacity", "StorageClass", "VolumeAttachment"],
};

/** The type tokens of versions that no cluster of a supported release serves any more. */
export const removedTypes: readonly string[] = Object.entries(removed).flatMap(([version, kinds]) =>
  kinds.map((kind) => `kubernetes:${version}:${kind}`),
);
