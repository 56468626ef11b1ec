import { describeCompanion } from "../support/describeCompanion.ts";

describeCompanion({
  policy: "security-require-firewall-logs",
  type: "aws:wafv2/webAcl:WebAcl",
  companion: "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
  property: "resourceArn",
  message: "no logging configuration names this web ACL",
  environments: ["production"],
});
