import { onResource, rule } from "../rule.ts";

export const noPublicFunction = rule({
  name: "security-no-public-function",
  description: "Functions must not be called by everybody.",
  reason:
    "A permission for everybody, or a URL that asks for nothing, lets each account and each browser in the world call the function, on your bill and with its role.",
  level: "mandatory",
  severity: "critical",
  controls: { fsbp: ["Lambda.1"], nist: ["PR.AA-05"] },
  remediation: [
    "Name the service and the ARN of what calls, or the account or organisation.",
    "Set authorizationType of a URL to AWS_IAM, or put an API with an authorizer before it.",
  ],
  check: [
    onResource("aws:lambda/permission:Permission", (permission, report) => {
      const { principal } = permission;
      const isService = principal.endsWith(".amazonaws.com");
      if (principal !== "*" && !isService) return;
      if (permission.sourceArn || permission.sourceAccount || permission.principalOrgId) return;
      report(
        isService ? "the service may call for any account: sourceArn is not set" : "principal lets everybody call",
      );
    }),
    onResource("aws:lambda/functionUrl:FunctionUrl", ({ authorizationType }, report) => {
      if (authorizationType === "NONE") report("authorizationType lets everybody call");
    }),
  ],
});
