import { onResource, rule } from "../rule.ts";

export const requireSessionMetadata = rule({
  name: "security-require-session-metadata",
  description: "Instances must require session tokens for their metadata service.",
  reason: "Version 1 of the metadata service hands credentials to anything that can make the host fetch a URL.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["EC2.8"], cis: ["5.7"] },
  remediation: ["Set metadataOptions.httpTokens to required."],
  check: onResource(
    [
      "aws:ec2/launchTemplate:LaunchTemplate",
      "aws:ec2/instance:Instance",
      "aws:ec2/launchConfiguration:LaunchConfiguration",
    ],
    ({ metadataOptions }, report) => {
      if (metadataOptions?.httpEndpoint === "disabled") return;
      if (metadataOptions?.httpTokens !== "required") report("metadataOptions.httpTokens is not required");
    },
  ),
});
