import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { someKnown } from "../unknown.ts";

const addressType = "aws:ec2/eip:Eip";
/** What takes an address, and by which properties. */
const takers: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/natGateway:NatGateway": ["allocationId", "secondaryAllocationIds", "availabilityZoneAddresses"],
  "aws:ec2/eipAssociation:EipAssociation": ["allocationId", "publicIp"],
  "aws:lb/loadBalancer:LoadBalancer": ["subnetMappings"],
  "aws:transfer/server:Server": ["endpointDetails"],
  "aws:directconnect/virtualInterface:VirtualInterface": [],
};

export const noIdleAddresses = rule({
  name: "cost-no-idle-addresses",
  description: "Public addresses must be used by something.",
  reason: "An address is paid for by the hour, used or not, and those that nothing uses are seen by nobody.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST04-BP03"] },
  remediation: ["Name the address where it is used, or take it out of the program."],
  check: onWholeStack([addressType, ...Object.keys(takers)], (resources, report, { each }) => {
    const takenBy = Object.entries(takers).map(([taker, properties]) =>
      referredBy(
        resources.filter(({ type }) => type === taker),
        properties,
      ),
    );
    each(
      resources.filter(({ type }) => type === addressType),
      (address) => {
        if (address.inputs["instance"] || address.inputs["networkInterface"]) return;
        if (!someKnown(takenBy, (takes) => takes(address))) report([address], "nothing uses the address");
      },
    );
  }),
});
