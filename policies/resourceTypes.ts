// Type imports only: loading the AWS SDK takes seconds and a hundred megabytes, and rules read plain JSON.
import type { GroupArgs } from "@pulumi/aws/autoscaling/group.js";
import type { EncryptionByDefaultArgs } from "@pulumi/aws/ebs/encryptionByDefault.js";
import type { VolumeArgs } from "@pulumi/aws/ebs/volume.js";
import type { DefaultSecurityGroupArgs } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import type { InstanceArgs as Ec2InstanceArgs } from "@pulumi/aws/ec2/instance.js";
import type { LaunchConfigurationArgs } from "@pulumi/aws/ec2/launchConfiguration.js";
import type { LaunchTemplateArgs } from "@pulumi/aws/ec2/launchTemplate.js";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2/securityGroup.js";
import type { SecurityGroupRuleArgs } from "@pulumi/aws/ec2/securityGroupRule.js";
import type { FileSystemArgs } from "@pulumi/aws/efs/fileSystem.js";
import type { ClusterArgs as EksClusterArgs } from "@pulumi/aws/eks/cluster.js";
import type { NodeGroupArgs } from "@pulumi/aws/eks/nodeGroup.js";
import type { ReplicationGroupArgs } from "@pulumi/aws/elasticache/replicationGroup.js";
import type { GroupPolicyArgs } from "@pulumi/aws/iam/groupPolicy.js";
import type { PolicyArgs } from "@pulumi/aws/iam/policy.js";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { UserPolicyArgs } from "@pulumi/aws/iam/userPolicy.js";
import type { ClusterArgs as RdsClusterArgs } from "@pulumi/aws/rds/cluster.js";
import type { InstanceArgs as RdsInstanceArgs } from "@pulumi/aws/rds/instance.js";
import type { SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type { Unwrap } from "@pulumi/pulumi";
import type { KubernetesTypes } from "./kubernetesTypes.ts";
import type { OperatedTypes } from "./operatedTypes.ts";
import type { SecuredTypes } from "./security/securedTypes.ts";

/** The inputs of each type that a rule reads, by Pulumi's type token. A type not named here is plain JSON to a rule. */
export interface ResourceTypes extends KubernetesTypes, OperatedTypes, SecuredTypes {
  "aws:autoscaling/group:Group": Unwrap<GroupArgs>;
  "aws:ebs/encryptionByDefault:EncryptionByDefault": Unwrap<EncryptionByDefaultArgs>;
  "aws:ebs/volume:Volume": Unwrap<VolumeArgs>;
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Unwrap<DefaultSecurityGroupArgs>;
  "aws:ec2/instance:Instance": Unwrap<Ec2InstanceArgs>;
  "aws:ec2/launchConfiguration:LaunchConfiguration": Unwrap<LaunchConfigurationArgs>;
  "aws:ec2/launchTemplate:LaunchTemplate": Unwrap<LaunchTemplateArgs>;
  "aws:ec2/securityGroup:SecurityGroup": Unwrap<SecurityGroupArgs>;
  "aws:ec2/securityGroupRule:SecurityGroupRule": Unwrap<SecurityGroupRuleArgs>;
  "aws:efs/fileSystem:FileSystem": Unwrap<FileSystemArgs>;
  "aws:eks/cluster:Cluster": Unwrap<EksClusterArgs>;
  "aws:eks/nodeGroup:NodeGroup": Unwrap<NodeGroupArgs>;
  "aws:elasticache/replicationGroup:ReplicationGroup": Unwrap<ReplicationGroupArgs>;
  "aws:iam/groupPolicy:GroupPolicy": Unwrap<GroupPolicyArgs>;
  "aws:iam/policy:Policy": Unwrap<PolicyArgs>;
  "aws:iam/role:Role": Unwrap<RoleArgs>;
  "aws:iam/rolePolicy:RolePolicy": Unwrap<RolePolicyArgs>;
  "aws:iam/userPolicy:UserPolicy": Unwrap<UserPolicyArgs>;
  "aws:rds/cluster:Cluster": Unwrap<RdsClusterArgs>;
  "aws:rds/instance:Instance": Unwrap<RdsInstanceArgs>;
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Unwrap<SecurityGroupIngressRuleArgs>;
}
