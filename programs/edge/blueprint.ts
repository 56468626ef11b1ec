import type { Blueprint } from "../blueprint.ts";
import { edgeInputs } from "./inputs.ts";
import { edgeOutputs } from "./outputs.ts";
import { regionProblems } from "./regionProblems.ts";

export const edgeBlueprint: Blueprint<typeof edgeInputs> = {
  name: "edge",
  version: "1.0.0",
  title: "The entry of all regions",
  description:
    "Anycast addresses, names by latency or failover, a CDN behind a firewall, and switches by which traffic leaves a region without Pulumi or Meridian. Made once, for all regions of a game.",
  inputs: edgeInputs,
  example: {
    origins: [
      {
        region: "eu-west-1",
        endpointArn:
          "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/m-launch-door-0a1b2c3d/0123456789abcdef",
        dnsName: "m-launch-door-0a1b2c3d-1234567890.eu-west-1.elb.amazonaws.com",
        hostedZoneId: "Z32O12XQLNTSW2",
      },
    ],
  },
  outputs: edgeOutputs,
  problemsIn: regionProblems,
  // What the cloud keeps in one region for all, and the switches of the cheaper form.
  reaches: ["us-east-1", "/switchRegion"],
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).edge,
};
