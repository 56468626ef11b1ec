import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const CERTIFICATE = "aws:acm/certificate:Certificate";
const VALIDATION = "aws:acm/certificateValidation:CertificateValidation";

const withCertificates = async ({ make }: Workshop): Promise<Made> => {
  const zone = await make("aws:route53/zone:Zone", { name: "example.com" });
  const proof = { zoneId: zone.id, name: "_proof.example.com", type: "CNAME", ttl: 60, records: ["proof.example.net"] };
  await make("aws:route53/record:Record", proof);
  return {
    one: await make(CERTIFICATE, { domainName: "example.com", validationMethod: "DNS" }),
    two: await make(CERTIFICATE, { domainName: "www.example.com", validationMethod: "DNS" }),
  };
};

const cases: readonly ConformanceCase[] = [
  {
    type: CERTIFICATE,
    smallest: () => ({ domainName: "cdn.example.com", validationMethod: "DNS" }),
    id: /^arn:aws:acm:eu-west-1:\d{12}:certificate\/[0-9a-f-]{36}$/,
    outputs: { arn: /:certificate\//, status: /^PENDING_VALIDATION$/, type: /^AMAZON_ISSUED$/ },
    change: { tags: { team: "lobby" } },
    replace: { domainName: "play.example.com" },
    spoiled: [
      { name: "a name of one label", with: { domainName: "example" }, code: "ValidationException" },
      { name: "a way of validation there is not", with: { validationMethod: "PHONE" }, code: "ValidationException" },
      {
        name: "neither a name nor a key",
        with: { domainName: null, validationMethod: null },
        code: "ValidationException",
      },
    ],
  },
  {
    type: VALIDATION,
    needs: withCertificates,
    smallest: (made) => ({ certificateArn: made["one"]?.id ?? "", validationRecordFqdns: ["_proof.example.com."] }),
    id: /^\d{4}-\d{2}-\d{2}T/,
    replace: (made) => ({ certificateArn: made["two"]?.id ?? "" }),
    spoiled: [
      {
        name: "a proof that cannot be looked up",
        with: { validationRecordFqdns: ["_nobody.example.com"] },
        code: "ValidationException",
        at: "create",
      },
      {
        name: "a certificate that does not exist",
        with: { certificateArn: "arn:aws:acm:eu-west-1:100000000001:certificate/nobody" },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
  },
];

conformance(cases);
