import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry.js";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import { Cluster as EksCluster } from "@pulumi/aws/eks/cluster.js";
import * as pulumi from "@pulumi/pulumi";
import { plainServiceTrust } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { ServiceRole } from "./serviceRole.ts";

export interface ClusterArgs {
  readonly context: StackContext;
  readonly version: string;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly keyArn: pulumi.Input<string>;
  readonly retentionDays: number;
  /** The cluster's own range for services. */
  readonly serviceCidr: string;
  /** Who may reach the endpoint from outside; nobody when empty. */
  readonly operatorCidrs: readonly string[];
  /** ARNs of roles that administer the cluster beside its maker. */
  readonly administratorRoles: readonly string[];
}

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** The Kubernetes control plane: secrets under the stack's key, all logs on, its endpoint open to no one who is not named. */
export class Cluster extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  /** The group that lets nodes and control plane reach one another; every node carries it. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Secret, and without a credential: it names the cloud's own command, which asks for one. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, place: ComponentPlace) {
    const { context, operatorCidrs } = args;
    super(componentType(context.blueprint, "Cluster"), name, {}, place);
    const clusterName = context.name("other", "cluster");
    const logs = new LogGroup(
      `${name}-logs`,
      {
        // The control plane writes to this very name, and would make the group itself: without a key, kept for ever.
        name: pulumi.interpolate`/aws/eks/${clusterName}/cluster`,
        retentionInDays: args.retentionDays,
        kmsKeyId: args.keyArn,
        tags: context.tags(`${name}-logs`),
      },
      { parent: this },
    );
    const role = new ServiceRole(
      `${name}-control`,
      {
        context,
        role: "cluster",
        description: "The cluster's control plane",
        trust: plainServiceTrust("eks.amazonaws.com"),
        managedPolicies: ["AmazonEKSClusterPolicy"],
      },
      { ...place, parent: this },
    );
    const cluster = new EksCluster(
      `${name}-cluster`,
      {
        name: clusterName,
        version: args.version,
        roleArn: role.arn,
        enabledClusterLogTypes: logTypes,
        // Network plugin, proxy and name service are add-ons of this stack, so that their versions and settings are its own.
        bootstrapSelfManagedAddons: false,
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
        encryptionConfig: { provider: { keyArn: args.keyArn }, resources: ["secrets"] },
        kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: args.serviceCidr },
        vpcConfig: {
          subnetIds: [...args.subnetIds],
          endpointPrivateAccess: true,
          endpointPublicAccess: operatorCidrs.length > 0,
          ...(operatorCidrs.length > 0 ? { publicAccessCidrs: [...operatorCidrs] } : {}),
        },
        deletionProtection: context.deletionProtection,
        tags: context.tags(`${name}-cluster`),
      },
      { parent: this, dependsOn: [logs, role] },
    );
    for (const [index, principalArn] of args.administratorRoles.entries()) {
      const administrator = `${name}-administrator-${index + 1}`;
      const entry = new AccessEntry(
        administrator,
        { clusterName: cluster.name, principalArn, tags: context.tags(administrator) },
        { parent: this },
      );
      new AccessPolicyAssociation(
        administrator,
        {
          clusterName: cluster.name,
          principalArn,
          policyArn: `arn:${context.partition.name}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
          accessScope: { type: "cluster" },
        },
        { parent: this, dependsOn: [entry] },
      );
    }
    this.arn = cluster.arn;
    this.clusterName = cluster.name;
    this.endpoint = cluster.endpoint;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.kubeconfig = pulumi.secret(
      kubeconfig({
        clusterName: cluster.name,
        endpoint: cluster.endpoint,
        certificateAuthority: cluster.certificateAuthority.data,
        region: context.placement.region,
      }),
    );
    this.registerOutputs({ clusterName: this.clusterName });
  }
}
