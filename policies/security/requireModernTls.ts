import { onResource, rule } from "../rule.ts";
import { listenerTypes } from "./balancers.ts";

/** Policies of load balancers that take TLS 1.2 and 1.3 alone, by what their names say. Source: Elastic Load Balancing user guide, "Security policies". */
const modernPolicy = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/;

const encrypted: ReadonlySet<unknown> = new Set(["HTTPS", "TLS"]);

export const requireModernTls = rule({
  name: "security-require-modern-tls",
  description: "What ends TLS must take version 1.2 at least.",
  reason:
    "Older versions have been broken and withdrawn (RFC 8996), and what is not said is often the oldest that the service still knows.",
  level: "mandatory",
  severity: "medium",
  controls: { fsbp: ["ELB.17", "CloudFront.8", "CloudFront.10", "OpenSearch.8"], nist: ["PR.DS-02"] },
  remediation: [
    "Set sslPolicy of a listener to ELBSecurityPolicy-TLS13-1-2-2021-06.",
    "Set the lowest version of a CDN, of a domain name or of a search domain to TLS 1.2.",
  ],
  check: [
    onResource(listenerTypes, (listener, report) => {
      if (!encrypted.has(listener.protocol)) return;
      if (!modernPolicy.test(listener.sslPolicy ?? "")) report("sslPolicy takes versions before TLS 1.2");
    }),
    onResource("aws:cloudfront/distribution:Distribution", ({ viewerCertificate, origins }, report, { each }) => {
      // Under CloudFront's own name the version is CloudFront's own too.
      if (viewerCertificate.cloudfrontDefaultCertificate !== true) {
        if (!/^TLSv1\.[23]/.test(viewerCertificate.minimumProtocolVersion ?? ""))
          report("viewerCertificate.minimumProtocolVersion is before TLS 1.2");
        if (viewerCertificate.sslSupportMethod === "vip") report("viewerCertificate.sslSupportMethod is not by name");
      }
      each(origins, ({ customOriginConfig }, index) => {
        const old = customOriginConfig?.originSslProtocols.some((version) => version !== "TLSv1.2");
        if (old) report(`origins[${index}].customOriginConfig.originSslProtocols holds versions before TLS 1.2`);
      });
    }),
    onResource("aws:apigatewayv2/domainName:DomainName", ({ domainNameConfiguration }, report) => {
      if (domainNameConfiguration.securityPolicy === "TLS_1_0")
        report("domainNameConfiguration.securityPolicy is before TLS 1.2");
    }),
    onResource("aws:opensearch/domain:Domain", ({ domainEndpointOptions }, report) => {
      if (!/^Policy-Min-TLS-1-2/.test(domainEndpointOptions?.tlsSecurityPolicy ?? ""))
        report("domainEndpointOptions.tlsSecurityPolicy is before TLS 1.2");
    }),
  ],
});
