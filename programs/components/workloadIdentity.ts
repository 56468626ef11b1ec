import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import type { types } from "@pulumi/kubernetes";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { Role } from "@pulumi/kubernetes/rbac/v1/role.js";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import * as pulumi from "@pulumi/pulumi";
import { podTrust, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { ServiceRole } from "./serviceRole.ts";
import type { WorkloadContext } from "./workloadContext.ts";

export interface WorkloadIdentityArgs {
  readonly workload: WorkloadContext;
  /** The service account's name. */
  readonly account: string;
  /** Whether the account stands already. Left out: it does not, and is made. */
  readonly accountStands?: boolean;
  /** What its pods may do in the cloud; without any they get no role there. */
  readonly cloud?: CloudRights;
  /** What its pods may do in their namespace of the cluster. */
  readonly cluster?: readonly types.input.rbac.v1.PolicyRule[];
}

export interface CloudRights {
  readonly context: StackContext;
  readonly clusterName: pulumi.Input<string>;
  readonly statements: readonly Statement[];
  /** ARNs of policies that someone else made, each by a name that is unique here. */
  readonly attachedPolicies?: Readonly<Record<string, string>>;
}

/** Who the pods of one role are, in the cluster and in the cloud. Pods depend on it: a role that comes later does not reach them. */
export class WorkloadIdentity extends pulumi.ComponentResource {
  constructor(name: string, args: WorkloadIdentityArgs, place: ComponentPlace) {
    const { workload, account, cloud, cluster, accountStands = false } = args;
    super(componentType(workload.blueprint, "WorkloadIdentity"), name, {}, place);
    const { namespace } = workload;
    const metadata = { name: account, namespace, labels: workload.labels(account) };
    if (!accountStands) {
      new ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, { parent: this });
    }
    if (cluster !== undefined) {
      const rules = new Role(`${name}-rules`, { metadata, rules: [...cluster] }, { parent: this });
      new RoleBinding(
        `${name}-rules`,
        {
          metadata,
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: account },
          subjects: [{ kind: "ServiceAccount", name: account, namespace }],
        },
        { parent: this, dependsOn: [rules] },
      );
    }
    if (cloud !== undefined) {
      const { context } = cloud;
      const role = new ServiceRole(
        `${name}-cloud`,
        {
          context,
          role: account,
          description: `Pods of ${account}`,
          trust: podTrust(context),
          statements: cloud.statements,
          attachedPolicies: cloud.attachedPolicies ?? {},
        },
        { parent: this, providers: place.providers },
      );
      new PodIdentityAssociation(
        `${name}-cloud`,
        {
          clusterName: cloud.clusterName,
          namespace,
          serviceAccount: account,
          roleArn: role.arn,
          tags: context.tags(`${name}-cloud`),
        },
        { parent: this, dependsOn: [role] },
      );
    }
    this.registerOutputs({});
  }
}
