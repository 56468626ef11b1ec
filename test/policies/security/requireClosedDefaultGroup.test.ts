import { describeCompanion } from "../support/describeCompanion.ts";

describeCompanion({
  policy: "security-require-closed-default-group",
  type: "aws:ec2/vpc:Vpc",
  companion: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  property: "vpcId",
  message: "no DefaultSecurityGroup closes the default group of this network",
  environments: ["development", "staging", "production"],
});
