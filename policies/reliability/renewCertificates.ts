import { onResource, rule } from "../rule.ts";

export const renewCertificates = rule({
  name: "reliability-renew-certificates",
  description: "Certificates must be validated by DNS, so that they renew themselves.",
  reason: "One that is validated by mail, or imported, ends on a day that nobody remembers, and the game with it.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["ACM.1"], nist: ["PR.AA-01"] },
  remediation: ["Set validationMethod to DNS, and make the records that the certificate asks for."],
  check: onResource("aws:acm/certificate:Certificate", (certificate, report, { show }) => {
    const { validationMethod, certificateAuthorityArn, privateKey } = certificate;
    // A private authority renews what it issued.
    if (certificateAuthorityArn) return;
    if (privateKey !== undefined) report("the certificate is imported, and renews itself never");
    else if (validationMethod !== "DNS") report(`${show(["validationMethod"])} is not DNS`);
  }),
});
