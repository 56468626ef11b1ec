import type { CloudView, Draft, ResourceModel, Service } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, type Properties, text, texts, UNKNOWN } from "../model/values.ts";
import { CERTIFICATE } from "./acm.ts";
import { regionNames } from "./regions.ts";
import { BUCKET, OWNERSHIP } from "./s3Service.ts";
import { tagsRule } from "./tags.ts";
import { WEB_ACL } from "./wafv2Service.ts";

export const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const ACCESS = "aws:cloudfront/originAccessControl:OriginAccessControl";
const HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy";

/** Source of the codes: Amazon CloudFront API reference, the errors of each action. */
const cloudfront: Service = {
  name: "cloudfront",
  codes: {
    missing: "InvalidArgument",
    invalid: "InvalidArgument",
    notFound: "NoSuchDistribution",
    inUse: "ResourceInUse",
    throttled: "Throttling",
  },
};

/** The region of everything regional that a distribution refers to. Source: CloudFront developer guide, requirements of certificates and web ACLs. */
const HOME = "us-east-1";
/** The hosted zone of every distribution. Source: AWS General Reference, "Amazon CloudFront endpoints". */
const ZONE = "Z2FDTNDATAQYW2";

const identifier = ({ cloud }: Draft): string => `E${cloud.random.hex(13).toUpperCase()}`;
const etag = { onWrite: identifier };

const behaviour = {
  properties: {
    viewerProtocolPolicy: { enum: ["allow-all", "https-only", "redirect-to-https"] },
    originRequestPolicyId: { minLength: 1 },
    allowedMethods: { unordered: true },
    cachedMethods: { unordered: true },
  },
} as const;

const TLS = [
  "SSLv3",
  "TLSv1",
  "TLSv1_2016",
  "TLSv1.1_2016",
  "TLSv1.2_2018",
  "TLSv1.2_2019",
  "TLSv1.2_2021",
  "TLSv1.2_2025",
  "TLSv1.3_2025",
];

const distribution: ResourceModel = {
  type: DISTRIBUTION,
  service: cloudfront,
  scope: "account",
  inputs: inputsOf(DISTRIBUTION, {
    aliases: { unordered: true, items: { code: "InvalidArgument", pattern: "^(\\*\\.)?([a-z0-9-]+\\.)+[a-z]{2,}$" } },
    comment: { maxLength: 128 },
    httpVersion: { enum: ["http1.1", "http2", "http3", "http2and3"] },
    isIpv6Enabled: { default: false },
    priceClass: { default: "PriceClass_All", enum: ["PriceClass_100", "PriceClass_200", "PriceClass_All"] },
    origins: {
      required: true,
      unordered: true,
      items: { properties: { originAccessControlId: { ref: { type: ACCESS, code: "InvalidOriginAccessControl" } } } },
    },
    defaultCacheBehavior: { required: true, ...behaviour },
    orderedCacheBehaviors: { items: behaviour },
    restrictions: {
      properties: {
        geoRestriction: {
          properties: {
            restrictionType: { enum: ["none", "blacklist", "whitelist"] },
            locations: { unordered: true, items: { pattern: "^[A-Z]{2}$" } },
          },
        },
      },
    },
    viewerCertificate: { properties: { minimumProtocolVersion: { enum: TLS } } },
    retainOnDelete: { default: false },
    tags: tagsRule("InvalidTagging"),
  }),
  check: (inputs) => [...wrongOrigins(inputs), ...wrongCertificate(inputs)],
  refuse: (draft) =>
    missingCertificate(draft) ??
    missingWebAcl(draft) ??
    missingHeaders(draft) ??
    closedLogs(draft) ??
    takenAlias(draft),
  id: identifier,
  outputs: {
    arn: ({ id, place }) => `arn:aws:cloudfront::${place.account}:distribution/${id}`,
    callerReference: ({ cloud }) => `pulumi-${cloud.random.hex(24)}`,
    continuousDeploymentPolicyId: () => "",
    domainName: ({ cloud }) => `d${cloud.random.hex(13)}.cloudfront.sandbox.invalid`,
    hostedZoneId: () => ZONE,
    etag,
    inProgressValidationBatches: () => 0,
    lastModifiedTime: { onWrite: ({ cloud }) => cloud.now },
    status: () => "Deployed",
    trustedKeyGroups: () => [{ enabled: false, items: [] }],
    trustedSigners: () => [{ enabled: false, items: [] }],
  },
  keys: ["arn"],
  seconds: { create: 240, update: 180, delete: 240 },
};

const objectsIn = (inputs: Properties, name: string): readonly Properties[] => list(inputs, name).filter(isProperties);

function behavioursOf(inputs: Properties): readonly Properties[] {
  return [object(inputs, "defaultCacheBehavior"), ...objectsIn(inputs, "orderedCacheBehaviors")];
}

function wrongOrigins(inputs: Properties): readonly Problem[] {
  const problem = (code: string, message: string, property: string): readonly Problem[] => [
    { code, message, property },
  ];
  const origins = objectsIn(inputs, "origins");
  const ids = [...origins, ...objectsIn(inputs, "originGroups")].map(({ originId }) => originId);
  if (ids.includes(UNKNOWN)) return [];
  const strange = behavioursOf(inputs).find(
    ({ targetOriginId }) => typeof targetOriginId === "string" && !ids.includes(targetOriginId),
  );
  if (strange !== undefined) {
    return problem("NoSuchOrigin", `no origin has the id ${text(strange, "targetOriginId")}`, "defaultCacheBehavior");
  }
  const about = "defaultCacheBehavior";
  for (const each of behavioursOf(inputs)) {
    const policy = each["cachePolicyId"] !== undefined && each["cachePolicyId"] !== "";
    if (policy !== (each["forwardedValues"] !== undefined)) continue;
    const message = policy
      ? "a cache policy takes the place of forwarded values"
      : "a behaviour needs a cache policy or forwarded values";
    return problem("InvalidArgument", message, about);
  }
  return [];
}

function wrongCertificate(inputs: Properties): readonly Problem[] {
  const {
    acmCertificateArn: arn,
    cloudfrontDefaultCertificate: own,
    sslSupportMethod: method,
  } = object(inputs, "viewerCertificate");
  const problem = (message: string): readonly Problem[] => [
    { code: "InvalidViewerCertificate", message, property: "viewerCertificate" },
  ];
  if (arn === undefined) {
    const named = list(inputs, "aliases").length > 0;
    if (named)
      return problem(
        "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate",
      );
    return own === true ? [] : problem("The specified SSL certificate doesn't exist");
  }
  if (typeof arn === "string" && arn.split(":")[3] !== HOME) {
    return problem(`The specified SSL certificate isn't in ${HOME} region: ${arn}`);
  }
  return method === undefined ? problem("a certificate of one's own needs sslSupportMethod") : [];
}

function missingCertificate({ inputs, cloud }: Draft): Problem | undefined {
  const arn = text(object(inputs, "viewerCertificate"), "acmCertificateArn");
  if (arn === undefined || cloud.within(HOME).find(CERTIFICATE, arn, "arn") !== undefined) return undefined;
  const message = `The specified SSL certificate doesn't exist, isn't in ${HOME} region, isn't valid, or doesn't include a valid certificate chain: ${arn}`;
  return { code: "InvalidViewerCertificate", message, property: "viewerCertificate" };
}

function missingWebAcl({ inputs, cloud }: Draft): Problem | undefined {
  const arn = text(inputs, "webAclId") ?? "";
  if (arn === "" || cloud.within(HOME).find(WEB_ACL, arn, "arn") !== undefined) return undefined;
  return { code: "InvalidWebACLId", message: `The web ACL ${arn} does not exist`, property: "webAclId" };
}

/** Policies that CloudFront itself keeps. Source: CloudFront developer guide, "Use managed response headers policies". */
const MANAGED_HEADERS = [
  "60669652-455b-4ae9-85a4-c4c02393f86c",
  "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
  "e61eb60c-9c35-4d20-a928-2b84e02af89c",
  "67f7725c-6f97-4210-82d7-5512b31e9d03",
  "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
];

const headersOf = (inputs: Properties): readonly string[] =>
  behavioursOf(inputs).flatMap((each) => text(each, "responseHeadersPolicyId") ?? []);

function missingHeaders({ inputs, cloud }: Draft): Problem | undefined {
  const known = (id: string): boolean => MANAGED_HEADERS.includes(id) || cloud.find(HEADERS, id) !== undefined;
  const missing = headersOf(inputs).find((id) => !known(id));
  if (missing === undefined) return undefined;
  const message = `The response headers policy ${missing} does not exist`;
  return { code: "NoSuchResponseHeadersPolicy", message, property: "defaultCacheBehavior" };
}

/** Standard logs are granted by an access list, which a bucket whose owner owns everything does not have. */
function closedLogs({ inputs, cloud }: Draft): Problem | undefined {
  const domain = text(object(inputs, "loggingConfig"), "bucket");
  if (domain === undefined) return undefined;
  const name = domain.split(".s3.")[0] ?? "";
  const problem = (message: string): Problem => ({ code: "InvalidArgument", message, property: "loggingConfig" });
  const region = regionNames.map((each) => cloud.within(each)).find((each) => each.find(BUCKET, name) !== undefined);
  if (region === undefined) return problem(`The specified bucket does not exist: ${domain}`);
  const rule = object(region.find(OWNERSHIP, name)?.outputs ?? {}, "rule");
  if ((rule["objectOwnership"] ?? "BucketOwnerEnforced") !== "BucketOwnerEnforced") return undefined;
  return problem(`The S3 bucket that you specified for CloudFront logs does not enable ACL access: ${domain}`);
}

function takenAlias({ id, inputs, cloud }: Draft): Problem | undefined {
  const own = texts(inputs["aliases"]);
  const other = cloud
    .all(DISTRIBUTION)
    .filter((one) => one.id !== id)
    .find((one) => texts(one.inputs["aliases"]).some((alias) => own.includes(alias)));
  if (other === undefined) return undefined;
  const message = `One or more of the CNAMEs you provided are already associated with the distribution ${other.id}`;
  return { code: "CNAMEAlreadyExists", message, property: "aliases" };
}

const originAccessControl: ResourceModel = {
  type: ACCESS,
  service: cloudfront,
  scope: "account",
  codes: { notFound: "NoSuchOriginAccessControl", inUse: "OriginAccessControlInUse" },
  inputs: inputsOf(ACCESS, {
    name: { maxLength: 64 },
    originAccessControlOriginType: { enum: ["s3", "mediastore", "lambda", "mediapackagev2"] },
    signingBehavior: { enum: ["always", "never", "no-override"] },
    signingProtocol: { enum: ["sigv4"] },
  }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["name"], code: "OriginAccessControlAlreadyExists" }],
  id: identifier,
  outputs: { arn: ({ id, place }) => `arn:aws:cloudfront::${place.account}:origin-access-control/${id}`, etag },
  keys: ["arn"],
  seconds: { create: 1 },
};

const responseHeadersPolicy: ResourceModel = {
  type: HEADERS,
  service: cloudfront,
  scope: "account",
  codes: { notFound: "NoSuchResponseHeadersPolicy", inUse: "ResponseHeadersPolicyInUse" },
  inputs: inputsOf(HEADERS, { name: { maxLength: 128 }, comment: { maxLength: 128 } }),
  autoname: { property: "name", maxLength: 128 },
  unique: [{ by: ["name"], code: "ResponseHeadersPolicyAlreadyExists" }],
  refuseDelete: ({ id }, cloud) => heldBy(id, cloud),
  id: ({ cloud }) => cloud.random.uuid(),
  outputs: { arn: ({ id, place }) => `arn:aws:cloudfront::${place.account}:response-headers-policy/${id}`, etag },
  keys: ["arn"],
  seconds: { create: 1 },
};

function heldBy(policy: string, cloud: CloudView): Problem | undefined {
  const holder: Resource | undefined = cloud.all(DISTRIBUTION).find(({ inputs }) => headersOf(inputs).includes(policy));
  if (holder === undefined) return undefined;
  const message = `The response headers policy is attached to the distribution ${holder.id}`;
  return { code: "ResponseHeadersPolicyInUse", message };
}

/** Amazon CloudFront. */
export const cloudfrontModels: readonly ResourceModel[] = [distribution, originAccessControl, responseHeadersPolicy];
