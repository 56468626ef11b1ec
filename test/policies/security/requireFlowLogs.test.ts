import { describeCompanion } from "../support/describeCompanion.ts";

describeCompanion({
  policy: "security-require-flow-logs",
  type: "aws:ec2/vpc:Vpc",
  companion: "aws:ec2/flowLog:FlowLog",
  property: "vpcId",
  message: "no flow log names this network",
  environments: ["staging", "production"],
});
