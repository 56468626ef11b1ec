import { onStack, rule } from "../rule.ts";
import { isRegional, natKeysOf, natRouteTypes, natUses, readNatReferences } from "./natRoutes.ts";
import { zonesOf } from "./network.ts";

export const requireNatPerZone = rule({
  name: "reliability-require-nat-per-zone",
  description: "In production a NAT gateway must serve one availability zone only.",
  reason:
    "With one gateway the loss of its zone takes every zone off the internet, and traffic between zones is paid for. What counts is not how many gateways there are, which no step can know of later ones, but whom one of them serves: the route or association that makes it serve a second zone is the fault.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.IR-03"] },
  remediation: ["Make a NAT gateway and a private route table for each zone; a single one is for other environments."],
  check: onStack(
    natRouteTypes,
    (resources, report, { context, each }) => {
      if (context.environment !== "production") return;
      each(natUses(resources), ({ nat, subnets, participants }) => {
        if (isRegional(nat)) return;
        const { count } = zonesOf(subnets);
        if (count > 1) report(participants, `one NAT gateway serves ${count} zones`);
      });
      each(resources, readNatReferences);
    },
    // Two routes of one table to one gateway add nothing to each other.
    { keysOf: natKeysOf, ways: "connected", alike: true },
  ),
});
