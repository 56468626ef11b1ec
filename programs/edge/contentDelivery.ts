import { Distribution, type DistributionArgs } from "@pulumi/aws/cloudfront/distribution.js";
import { OriginAccessControl } from "@pulumi/aws/cloudfront/originAccessControl.js";
import { ResponseHeadersPolicy } from "@pulumi/aws/cloudfront/responseHeadersPolicy.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { EdgeInputs } from "./inputs.ts";

/** Where the content is: a bucket of the stack, or a name that leads to the regions. */
export type Content =
  | { readonly kind: "bucket"; readonly domainName: pulumi.Input<string> }
  | { readonly kind: "origins"; readonly domainName: pulumi.Input<string> };

export interface ContentDeliveryArgs {
  readonly context: StackContext;
  readonly content: Content;
  readonly settings: EdgeInputs["cdn"];
  /** `cdn.<domain>` and the zone it is in, where there is a domain. It is used where there is a certificate too. */
  readonly alias: { readonly name: string; readonly zoneId: string } | undefined;
  readonly webAclArn: pulumi.Input<string>;
  /** The domain name of the bucket of standard logs, which must take access lists. */
  readonly logBucketDomain: pulumi.Input<string>;
}

/** Policies that AWS keeps. Source: Amazon CloudFront developer guide, "Use managed cache policies" and "… origin request policies". */
const managed = {
  cacheByOrigin: "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
  cacheOptimised: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  viewerExceptHost: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
} as const;

/** Two years, as lists of sites that are preloaded ask for at least one (hstspreload.org). */
const strictSeconds = 63_072_000;

/** The CDN: TLS 1.2 at least, security headers on every answer, logs of every request, and content that is reached through it only. */
export class ContentDelivery extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly distributionId: pulumi.Output<string>;
  /** Where it is reached. */
  readonly publicName: pulumi.Output<string>;

  constructor(name: string, args: ContentDeliveryArgs, place: ComponentPlace) {
    const { context, content, settings } = args;
    const alias = settings.certificateArn === undefined ? undefined : args.alias;
    super(componentType(context.blueprint, "ContentDelivery"), name, {}, place);
    const headers = new ResponseHeadersPolicy(
      `${name}-headers`,
      { name: context.name("other", "headers"), securityHeadersConfig: securityHeaders },
      { parent: this },
    );
    const distribution = new Distribution(
      `${name}-distribution`,
      {
        enabled: true,
        isIpv6Enabled: true,
        httpVersion: "http2and3",
        comment: `${context.placement.stackSet}: content of the game`,
        webAclId: args.webAclArn,
        defaultRootObject: content.kind === "bucket" ? "index.html" : "",
        origins: [originOf(this, name, args)],
        defaultCacheBehavior: {
          targetOriginId: content.kind,
          viewerProtocolPolicy: "redirect-to-https",
          compress: true,
          responseHeadersPolicyId: headers.id,
          cachedMethods: ["GET", "HEAD"],
          ...behaviourOf(content.kind),
        },
        restrictions: { geoRestriction: geoRestriction(settings.allowedCountries) },
        viewerCertificate: viewerCertificate(settings.certificateArn),
        ...(alias === undefined ? {} : { aliases: [alias.name] }),
        loggingConfig: { bucket: args.logBucketDomain, prefix: "cdn/", includeCookies: false },
        tags: context.tags(`${name}-distribution`),
      },
      { parent: this },
    );
    for (const type of ["A", "AAAA"]) {
      if (alias === undefined) continue;
      new DnsRecord(
        `${name}-${type.toLowerCase()}`,
        {
          ...alias,
          type,
          aliases: [{ name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false }],
        },
        { parent: this },
      );
    }
    this.arn = distribution.arn;
    this.distributionId = distribution.id;
    this.publicName = alias === undefined ? distribution.domainName : pulumi.output(alias.name);
    this.registerOutputs({ publicName: this.publicName });
  }
}

function behaviourOf(kind: Content["kind"]) {
  const reading = ["GET", "HEAD", "OPTIONS"];
  if (kind === "bucket") return { allowedMethods: reading, cachePolicyId: managed.cacheOptimised };
  return {
    allowedMethods: [...reading, "PUT", "POST", "PATCH", "DELETE"],
    cachePolicyId: managed.cacheByOrigin,
    originRequestPolicyId: managed.viewerExceptHost,
  };
}

function originOf(parent: ContentDelivery, name: string, { context, content }: ContentDeliveryArgs) {
  const origin = { originId: content.kind, domainName: content.domainName };
  if (content.kind === "origins") {
    return {
      ...origin,
      customOriginConfig: {
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: "https-only",
        originSslProtocols: ["TLSv1.2"],
      },
    };
  }
  const access = new OriginAccessControl(
    `${name}-access`,
    {
      name: context.name("other", "content"),
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    },
    { parent },
  );
  return { ...origin, originAccessControlId: access.id };
}

const securityHeaders = {
  contentTypeOptions: { override: true },
  frameOptions: { frameOption: "DENY", override: true },
  referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
  strictTransportSecurity: {
    accessControlMaxAgeSec: strictSeconds,
    includeSubdomains: true,
    preload: true,
    override: true,
  },
} as const;

function geoRestriction(countries: readonly string[]) {
  return countries.length === 0
    ? { restrictionType: "none" }
    : { restrictionType: "whitelist", locations: countries.toSorted() };
}

/** With the CDN's own name goes its own certificate, which sets no lower bound to TLS but TLS 1.0 (CloudFront developer guide, "Security policy"). */
function viewerCertificate(certificateArn: string | undefined): DistributionArgs["viewerCertificate"] {
  if (certificateArn === undefined) return { cloudfrontDefaultCertificate: true };
  return { acmCertificateArn: certificateArn, sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" };
}
