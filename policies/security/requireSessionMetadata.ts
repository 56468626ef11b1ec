import { onResource, type Report, rule } from "../rule.ts";

interface MetadataOptions {
  readonly httpEndpoint?: string | undefined;
  readonly httpTokens?: string | undefined;
}

const judge = (options: MetadataOptions | undefined, report: Report): void => {
  if (options?.httpEndpoint === "disabled") return;
  if (options?.httpTokens !== "required") report("metadataOptions.httpTokens is not required");
};

export const requireSessionMetadata = rule({
  name: "security-require-session-metadata",
  description: "Instances must require session tokens for their metadata service.",
  reason: "Version 1 of the metadata service hands credentials to anything that can make the host fetch a URL.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["EC2.8"], cis: ["5.7"] },
  remediation: ["Set metadataOptions.httpTokens to required."],
  check: [
    onResource(
      ["aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/launchConfiguration:LaunchConfiguration"],
      ({ metadataOptions }, report) => judge(metadataOptions, report),
    ),
    onResource("aws:ec2/instance:Instance", ({ metadataOptions, launchTemplate }, report) => {
      // What an instance does not say is said by its template, which is judged where it is made.
      if (metadataOptions === undefined && launchTemplate !== undefined) return;
      judge(metadataOptions, report);
    }),
  ],
});
