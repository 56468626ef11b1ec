import { onResource, rule } from "../rule.ts";

export const requireApiGuards = rule({
  name: "security-require-api-guards",
  description: "Stages of an API must write down who called, and limit how often.",
  reason:
    "Without a limit of its own a stage takes what the account allows in all, so that one caller stops every other API in it. Without the log nobody knows which one.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["APIGateway.9"], nist: ["PR.PS-04", "PR.IR-04"] },
  remediation: [
    "Set accessLogSettings with the ARN of a log group and a format.",
    "Set defaultRouteSettings.throttlingRateLimit and throttlingBurstLimit.",
  ],
  check: onResource("aws:apigatewayv2/stage:Stage", (stage, report, { each }) => {
    each(["accessLogSettings", "defaultRouteSettings"] as const, (property) => {
      if (property === "accessLogSettings") {
        if (stage.accessLogSettings === undefined) report("accessLogSettings is not set");
      } else if (!stage.defaultRouteSettings?.throttlingRateLimit)
        report("defaultRouteSettings.throttlingRateLimit is not set");
    });
  }),
});
