import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });

export const edgeOutputs = [
  open("entry", "The name players come to: the domain, or the accelerator's own name."),
  open("regionalEntry", "The name that leads to a region directly, by latency or failover; empty without a domain."),
  open("acceleratorArn", "The accelerator."),
  open("acceleratorDnsName", "The accelerator's own name."),
  open("acceleratorAddresses", "The two anycast addresses: they never change while the stack stands."),
  open("cdnDomainName", "Where the CDN is reached."),
  open("cdnDistributionId", "The CDN's distribution."),
  open("contentBucketName", "The private bucket of the CDN's content; empty where the origins are its content."),
  open("webAclArn", "The firewall before the CDN."),
  open("healthCheckIds", "By region, the health check of its origin."),
  open(
    "switchIds",
    "By region, what is switched: the ARN of a routing control, or the key of an object; empty without switches.",
  ),
  open(
    "evacuationRunbook",
    "How a region is evacuated with neither Pulumi nor Meridian, with this stack's own names: print it.",
  ),
  open("convergence", "Seconds after which nobody is sent to a region that fails or is switched off."),
  open("standingCost", "What the entry costs a month before the first byte, in US dollars."),
  open("alarmTopicArn", "The topic on which alarms and budget speak; in us-east-1."),
  open("dashboardUrl", "The dashboard, in the cloud's console."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type EdgeOutputName = (typeof edgeOutputs)[number]["name"];
