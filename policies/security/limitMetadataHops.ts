import { onResource, rule } from "../rule.ts";
import { numberSetting } from "../setting.ts";

const mostHops = numberSetting(
  {
    name: "mostHops",
    description: "network hops that an answer of the metadata service may take; containers on a bridge need 2",
    initial: 1,
  },
  { minimum: 1, maximum: 64 },
);

export const limitMetadataHops = rule({
  name: "security-limit-metadata-hops",
  description: "Credentials of a machine must not reach its containers.",
  reason:
    "With one hop the answer ends at the machine; with two it reaches the containers on it, and each of them can act as the machine. Pods and tasks have identities of their own.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["AutoScaling.4"], nist: ["PR.AA-05"] },
  figure: "network hops that an answer may take",
  remediation: ["Set metadataOptions.httpPutResponseHopLimit to 1, and give pods and tasks roles of their own."],
  settings: [mostHops],
  check: onResource(
    [
      "aws:ec2/launchTemplate:LaunchTemplate",
      "aws:ec2/instance:Instance",
      "aws:ec2/launchConfiguration:LaunchConfiguration",
    ],
    ({ metadataOptions }, report, { setting, show }) => {
      const hops = metadataOptions?.httpPutResponseHopLimit ?? 1;
      const most = setting(mostHops);
      if (metadataOptions?.httpEndpoint === "disabled" || hops <= most) return;
      report(`${show(["metadataOptions", "httpPutResponseHopLimit"])} is over ${most}`, hops);
    },
  ),
});
