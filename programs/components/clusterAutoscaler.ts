import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole.js";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js";
import { Role } from "@pulumi/kubernetes/rbac/v1/role.js";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import * as pulumi from "@pulumi/pulumi";
import { podTrust, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { autoscalerClusterRules, autoscalerRules } from "./autoscalerRules.ts";
import { containerSecurityContext, podSecurityContext } from "./podSecurity.ts";
import { ServiceRole } from "./serviceRole.ts";
import type { WorkloadContext } from "./workloadContext.ts";

export interface ClusterAutoscalerArgs {
  readonly context: StackContext;
  readonly workload: WorkloadContext;
  readonly clusterName: pulumi.Input<string>;
  /** The cluster's minor version; the autoscaler's must be the same. */
  readonly kubernetesVersion: string;
  /** Part of the names of node groups that grow first, as long as the cloud has machines for them. */
  readonly preferGroups?: string;
}

const role = "cluster-autoscaler";
const namespace = "kube-system";

/** Adds nodes when pods find no place, and takes empty ones away: within the bounds of the node groups. */
export class ClusterAutoscaler extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterAutoscalerArgs, place: ComponentPlace) {
    const { context, workload, clusterName } = args;
    super(componentType(context.blueprint, "ClusterAutoscaler"), name, {}, place);
    const child = { parent: this };
    const labels = workload.labels(role);
    const metadata = { name: role, namespace, labels };
    const subjects = [{ kind: "ServiceAccount", name: role, namespace }];
    const account = new ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, child);
    const clusterRules = new ClusterRole(
      `${name}-cluster-rules`,
      { metadata: { name: role, labels }, rules: autoscalerClusterRules },
      child,
    );
    const clusterBinding = new ClusterRoleBinding(
      `${name}-cluster-rules`,
      {
        metadata: { name: role, labels },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
        subjects,
      },
      { parent: this, dependsOn: [clusterRules] },
    );
    const rules = new Role(`${name}-rules`, { metadata, rules: autoscalerRules }, child);
    const binding = new RoleBinding(
      `${name}-rules`,
      { metadata, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role }, subjects },
      { parent: this, dependsOn: [rules] },
    );
    const cloudRole = new ServiceRole(
      `${name}-cloud`,
      {
        context,
        role: "autoscaler",
        description: "Adds and removes the cluster's nodes",
        trust: podTrust(context),
        statements: cloudStatements(clusterName),
      },
      { parent: this, providers: place.providers },
    );
    const identity = new PodIdentityAssociation(
      `${name}-cloud`,
      { clusterName, namespace, serviceAccount: role, roleArn: cloudRole.arn, tags: context.tags(`${name}-cloud`) },
      { parent: this, dependsOn: [cloudRole] },
    );
    if (args.preferGroups !== undefined) {
      new ConfigMap(
        `${name}-priorities`,
        {
          // The name under which the autoscaler looks for it; a change is taken up without a restart.
          metadata: { name: "cluster-autoscaler-priority-expander", namespace, labels },
          data: { priorities: `20:\n  - .*${args.preferGroups}.*\n10:\n  - .*\n` },
        },
        child,
      );
    }
    const matchLabels = { "app.kubernetes.io/component": role };
    new Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          replicas: 1,
          selector: { matchLabels },
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: role,
              automountServiceAccountToken: true,
              priorityClassName: "system-cluster-critical",
              securityContext: podSecurityContext,
              nodeSelector: { "meridian/pool": "services" },
              containers: [container(args)],
            },
          },
        },
      },
      { parent: this, dependsOn: [account, clusterBinding, binding, identity] },
    );
    this.registerOutputs({});
  }
}

function container({ context, clusterName, kubernetesVersion, preferGroups }: ClusterAutoscalerArgs) {
  return {
    name: role,
    image: `registry.k8s.io/autoscaling/cluster-autoscaler:v${kubernetesVersion}.0`,
    command: [
      "./cluster-autoscaler",
      "--cloud-provider=aws",
      `--expander=${preferGroups === undefined ? "" : "priority,"}least-waste`,
      "--balance-similar-node-groups",
      "--skip-nodes-with-system-pods=false",
      pulumi.interpolate`--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${clusterName}`,
    ],
    env: [{ name: "AWS_REGION", value: context.placement.region }],
    resources: { requests: { cpu: "100m", memory: "600Mi" }, limits: { cpu: "500m", memory: "600Mi" } },
    livenessProbe: { httpGet: { path: "/health-check", port: 8085 }, periodSeconds: 10, failureThreshold: 6 },
    securityContext: containerSecurityContext,
  };
}

/** It may look at all groups (the API cannot narrow that), and change those that carry the cluster's own tag. */
function cloudStatements(clusterName: pulumi.Input<string>): readonly Statement[] {
  const tag = pulumi.interpolate`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`;
  return [
    {
      Sid: "Look",
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
      ],
      Resource: "*",
    },
    {
      Sid: "ChangeOwnGroups",
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      Condition: { StringEquals: tag.apply((key): Record<string, string> => ({ [key]: "owned" })) },
    },
  ];
}
