import { onResource, rule } from "../rule.ts";
import { isMeantForPlayers } from "./publicAddresses.ts";

const isOn = (value: unknown): boolean => value === true || value === "true";

export const noPublicAddress = rule({
  name: "security-no-public-address",
  description: "Machines and tasks must have no public address, unless players connect to them directly.",
  reason:
    "A machine with a public address is one security group away from the whole internet. Behind a load balancer or a NAT gateway nobody can call it, whatever a group says.",
  level: "advisory",
  severity: "high",
  controls: { fsbp: ["EC2.9", "EC2.25", "AutoScaling.5", "ECS.2"], nist: ["PR.IR-01"] },
  remediation: [
    "Put it into private subnets, behind a load balancer, and leave the public address off.",
    "Where players connect to it directly, say so by the tag meridian:reached-by = players.",
  ],
  check: [
    onResource(
      ["aws:ec2/instance:Instance", "aws:ec2/launchConfiguration:LaunchConfiguration"] as readonly string[],
      (machine, report) => {
        if (isOn(machine["associatePublicIpAddress"]) && !isMeantForPlayers(machine))
          report("associatePublicIpAddress asks for a public address");
      },
    ),
    onResource("aws:ec2/launchTemplate:LaunchTemplate", (template, report, { each }) => {
      each(template.networkInterfaces, ({ associatePublicIpAddress }, index) => {
        if (isOn(associatePublicIpAddress) && !isMeantForPlayers(template))
          report(`networkInterfaces[${index}].associatePublicIpAddress asks for a public address`);
      });
    }),
    onResource("aws:ecs/service:Service", (service, report) => {
      if (isOn(service.networkConfiguration?.assignPublicIp) && !isMeantForPlayers(service))
        report("networkConfiguration.assignPublicIp asks for a public address");
    }),
  ],
});
