import { onResource, rule } from "../rule.ts";

export const hardenSearchDomain = rule({
  name: "security-harden-search-domain",
  description: "Search domains must know who asks for what, and write it down.",
  reason:
    "Without fine-grained access whoever reaches the domain reads and deletes every index. Without audits nobody knows who did.",
  level: "advisory",
  severity: "high",
  controls: { fsbp: ["OpenSearch.4", "OpenSearch.5", "OpenSearch.7"], nist: ["PR.AA-05", "PR.PS-04"] },
  remediation: [
    "Set advancedSecurityOptions.enabled to true.",
    "Add logPublishingOptions for AUDIT_LOGS and ES_APPLICATION_LOGS.",
  ],
  check: onResource("aws:opensearch/domain:Domain", (domain, report, { each }) => {
    each([domain], ({ advancedSecurityOptions }) => {
      if (advancedSecurityOptions?.enabled !== true) report("advancedSecurityOptions.enabled is not true");
    });
    each([domain], ({ logPublishingOptions }) => {
      const published = (logPublishingOptions ?? [])
        .filter(({ enabled }) => enabled !== false)
        .map(({ logType }) => logType);
      if (!published.includes("AUDIT_LOGS")) report("logPublishingOptions lacks audits");
      if (!published.includes("ES_APPLICATION_LOGS")) report("logPublishingOptions lacks errors");
    });
  }),
});
