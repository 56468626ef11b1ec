import type { CloudView, Draft, ResourceModel, Service } from "../model/model.ts";
import { GLOBAL, type Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text, texts } from "../model/values.ts";
import { arn } from "./arn.ts";
import { LISTENER } from "./lbService.ts";
import { tagsRule } from "./tags.ts";

export const CERTIFICATE = "aws:acm/certificate:Certificate";
const VALIDATION = "aws:acm/certificateValidation:CertificateValidation";
const RECORD = "aws:route53/record:Record";
const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";

/** Source of the codes: AWS Certificate Manager API reference, the errors of each action. */
const acm: Service = {
  name: "acm",
  codes: {
    missing: "ValidationException",
    invalid: "ValidationException",
    notFound: "ResourceNotFoundException",
    inUse: "ResourceInUseException",
    throttled: "ThrottlingException",
  },
};

const domain = {
  pattern: "^(\\*\\.)?(([A-Za-z0-9-]{0,62}[A-Za-z0-9])\\.)+([A-Za-z0-9-]{1,62}[A-Za-z0-9])$",
  maxLength: 253,
};

const certificate: ResourceModel = {
  type: CERTIFICATE,
  service: acm,
  inputs: inputsOf(CERTIFICATE, {
    domainName: domain,
    subjectAlternativeNames: { unordered: true, items: domain },
    validationMethod: { immutable: true, enum: ["DNS", "EMAIL", "NONE"] },
    privateKey: { secret: true },
    tags: tagsRule("ValidationException"),
  }),
  check: wrongSource,
  refuseDelete: inUse,
  id: ({ place, cloud }) => arn("acm", place, `certificate/${cloud.random.uuid()}`),
  outputs: {
    arn: ({ id }) => id,
    domainName: () => "imported.sandbox.invalid",
    domainValidationOptions: (draft) =>
      draft.inputs["validationMethod"] === "DNS" ? namesOf(draft.inputs).map((name) => validationOf(name, draft)) : [],
    keyAlgorithm: () => "RSA_2048",
    notAfter: () => "",
    notBefore: () => "",
    options: () => ({ certificateTransparencyLoggingPreference: "ENABLED", export: "DISABLED" }),
    pendingRenewal: () => false,
    renewalEligibility: () => "INELIGIBLE",
    renewalSummaries: () => [],
    status: ({ inputs }) => (inputs["certificateBody"] === undefined ? "PENDING_VALIDATION" : "ISSUED"),
    subjectAlternativeNames: ({ outputs }) => [text(outputs, "domainName") ?? ""],
    type: ({ inputs }) => (inputs["certificateBody"] === undefined ? "AMAZON_ISSUED" : "IMPORTED"),
    validationEmails: () => [],
    validationMethod: () => "NONE",
  },
  keys: ["arn"],
  seconds: { create: 5 },
};

function namesOf(inputs: Properties): readonly string[] {
  return [...new Set([text(inputs, "domainName") ?? "", ...texts(inputs["subjectAlternativeNames"])])];
}

function validationOf(name: string, { cloud }: Draft): Properties {
  return {
    domainName: name,
    resourceRecordName: `_${cloud.random.hex(32)}.${name.replace(/^\*\./, "")}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${cloud.random.hex(32)}.acm-validations.sandbox.invalid.`,
  };
}

/** A certificate is asked for by a name, or brought along with its key. */
function wrongSource(inputs: Properties): readonly Problem[] {
  const asked = inputs["domainName"] !== undefined;
  const brought = inputs["privateKey"] !== undefined || inputs["privateKeyWo"] !== undefined;
  if (asked !== brought) return [];
  const message = "give a domainName, or a privateKey with its certificateBody";
  return [{ code: "ValidationException", message, property: "domainName" }];
}

function inUse({ id, place }: Resource, cloud: CloudView): Problem | undefined {
  const uses = ({ inputs }: { readonly inputs: Properties }): boolean =>
    inputs["certificateArn"] === id || object(inputs, "viewerCertificate")["acmCertificateArn"] === id;
  const distributions = place.region === "us-east-1" ? cloud.within(GLOBAL).all(DISTRIBUTION) : [];
  const holder = [...cloud.all(LISTENER), ...distributions].find(uses);
  if (holder === undefined) return undefined;
  return { code: "ResourceInUseException", message: `Certificate ${id} is in use by ${holder.id}` };
}

const validation: ResourceModel = {
  type: VALIDATION,
  service: acm,
  inputs: inputsOf(VALIDATION, {
    certificateArn: {
      immutable: true,
      ref: { type: CERTIFICATE, by: "arn", code: "ResourceNotFoundException", holds: false },
    },
    validationRecordFqdns: { immutable: true, unordered: true },
  }),
  refuse: unproved,
  id: ({ cloud }) => cloud.now,
  seconds: { create: 60 },
};

/** A certificate is issued when the records that prove the domain can be asked for. */
function unproved({ inputs, cloud }: Draft): Problem | undefined {
  const records = new Set(
    cloud
      .within(GLOBAL)
      .all(RECORD)
      .map(({ outputs }) => outputs["fqdn"]),
  );
  const missing = texts(inputs["validationRecordFqdns"]).find((name) => !records.has(name.replace(/\.$/, "")));
  if (missing === undefined) return undefined;
  const message = `the certificate stays in PENDING_VALIDATION: there is no record ${missing}`;
  return { code: "ValidationException", message, property: "validationRecordFqdns" };
}

/** AWS Certificate Manager. */
export const acmModels: readonly ResourceModel[] = [certificate, validation];
