import { onResource, rule } from "../rule.ts";

export const noExternalAddresses = rule({
  name: "kubernetes-no-external-addresses",
  description: "Services must not claim addresses by externalIPs.",
  reason:
    "The cluster believes the claim: traffic of any pod to that address goes to the service instead, so that who may make services reads what others send (CVE-2020-8554).",
  level: "mandatory",
  severity: "medium",
  controls: { nist: ["PR.IR-01"] },
  remediation: ["Use a load balancer, or a gateway that owns the address."],
  check: onResource("kubernetes:core/v1:Service", ({ spec }, report) => {
    if ((spec?.externalIPs ?? []).length > 0) report("spec.externalIPs claims addresses");
  }),
});
