// Type imports only: loading the SDK takes seconds, and rules read plain JSON.
import type { DaemonSetArgs } from "@pulumi/kubernetes/apps/v1/daemonSet.js";
import type { DeploymentArgs } from "@pulumi/kubernetes/apps/v1/deployment.js";
import type { ReplicaSetArgs } from "@pulumi/kubernetes/apps/v1/replicaSet.js";
import type { StatefulSetArgs } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import type { HorizontalPodAutoscalerArgs } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler.js";
import type { CronJobArgs } from "@pulumi/kubernetes/batch/v1/cronJob.js";
import type { JobArgs } from "@pulumi/kubernetes/batch/v1/job.js";
import type { NamespaceArgs } from "@pulumi/kubernetes/core/v1/namespace.js";
import type { PersistentVolumeArgs } from "@pulumi/kubernetes/core/v1/persistentVolume.js";
import type { PodArgs } from "@pulumi/kubernetes/core/v1/pod.js";
import type { ReplicationControllerArgs } from "@pulumi/kubernetes/core/v1/replicationController.js";
import type { ServiceArgs } from "@pulumi/kubernetes/core/v1/service.js";
import type { ServiceAccountArgs } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import type { IngressArgs } from "@pulumi/kubernetes/networking/v1/ingress.js";
import type { NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import type { PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type { ClusterRoleArgs } from "@pulumi/kubernetes/rbac/v1/clusterRole.js";
import type { ClusterRoleBindingArgs } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js";
import type { RoleArgs } from "@pulumi/kubernetes/rbac/v1/role.js";
import type { RoleBindingArgs } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import type { Unwrap } from "@pulumi/pulumi";

/** The inputs of each type of Kubernetes that a rule reads, by Pulumi's type token. */
export interface KubernetesTypes {
  "kubernetes:agones.dev/v1:Fleet": Fleet;
  "kubernetes:apps/v1:DaemonSet": Unwrap<DaemonSetArgs>;
  "kubernetes:apps/v1:Deployment": Unwrap<DeploymentArgs>;
  "kubernetes:apps/v1:ReplicaSet": Unwrap<ReplicaSetArgs>;
  "kubernetes:apps/v1:StatefulSet": Unwrap<StatefulSetArgs>;
  "kubernetes:autoscaling.agones.dev/v1:FleetAutoscaler": FleetAutoscaler;
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": Unwrap<HorizontalPodAutoscalerArgs>;
  "kubernetes:batch/v1:CronJob": Unwrap<CronJobArgs>;
  "kubernetes:batch/v1:Job": Unwrap<JobArgs>;
  "kubernetes:core/v1:Namespace": Unwrap<NamespaceArgs>;
  "kubernetes:core/v1:PersistentVolume": Unwrap<PersistentVolumeArgs>;
  "kubernetes:core/v1:Pod": Unwrap<PodArgs>;
  "kubernetes:core/v1:ReplicationController": Unwrap<ReplicationControllerArgs>;
  "kubernetes:core/v1:Service": Unwrap<ServiceArgs>;
  "kubernetes:core/v1:ServiceAccount": Unwrap<ServiceAccountArgs>;
  "kubernetes:networking.k8s.io/v1:Ingress": Unwrap<IngressArgs>;
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": Unwrap<NetworkPolicyArgs>;
  "kubernetes:policy/v1:PodDisruptionBudget": Unwrap<PodDisruptionBudgetArgs>;
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": Unwrap<ClusterRoleArgs>;
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": Unwrap<ClusterRoleBindingArgs>;
  "kubernetes:rbac.authorization.k8s.io/v1:Role": Unwrap<RoleArgs>;
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": Unwrap<RoleBindingArgs>;
}

/** As much of a fleet as rules read (agones.dev/site/docs/reference/fleet). */
interface Fleet {
  readonly spec?: {
    readonly scheduling?: string;
    readonly template?: {
      readonly spec?: {
        readonly container?: string;
        readonly health?: { readonly disabled?: boolean };
        readonly ports?: readonly { readonly portPolicy?: string; readonly hostPort?: number }[];
        readonly template?: {
          readonly spec?: {
            readonly containers?: readonly { readonly name?: string; readonly livenessProbe?: unknown }[];
          };
        };
      };
    };
  };
}

/** As much of it as rules read (agones.dev/site/docs/reference/fleetautoscaler); sizes may be percentages. */
interface FleetAutoscaler {
  readonly spec?: {
    readonly policy?: {
      readonly type?: string;
      readonly buffer?: {
        readonly bufferSize?: number | string;
        readonly minReplicas?: number;
        readonly maxReplicas?: number;
      };
    };
  };
}
