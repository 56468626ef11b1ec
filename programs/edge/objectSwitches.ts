import { getIpRangesOutput } from "@pulumi/aws/getIpRanges.js";
import { HealthCheck } from "@pulumi/aws/route53/healthCheck.js";
import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../components/privateBucket.ts";
import type { Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { SWITCH_FAILURES } from "./convergence.ts";
import type { EdgeInputs } from "./inputs.ts";
import type { Switches } from "./switches.ts";

export interface ObjectSwitchesArgs {
  /** That of the region in which the bucket stands, as is the place. */
  readonly context: StackContext;
  readonly regions: readonly string[];
  readonly interval: EdgeInputs["healthInterval"];
}

const FOLDER = "evacuate";

/**
 * A switch a region, as an object that is there or not: `evacuate/<region>`. Its health check is inverted, so that a region takes traffic
 * while there is none, and also while the bucket cannot be asked: what fails here evacuates nobody.
 */
export class ObjectSwitches extends pulumi.ComponentResource implements Switches {
  readonly checks: Switches["checks"];
  readonly ids: Switches["ids"];
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, { context, regions, interval }: ObjectSwitchesArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "ObjectSwitches"), name, {}, place);
    const checkers = getIpRangesOutput({ services: ["route53_healthchecks"] }, { parent: this });
    // Health checkers cannot sign a request, so these objects are under S3's own key, and open to the checkers' addresses alone.
    const bucket = new PrivateBucket(
      `${name}-bucket`,
      {
        context,
        role: `switches-${context.placement.region}`,
        expiry: [],
        readBy: "health-checks",
        statements: (arn) => [checkersRead(arn, checkers.cidrBlocks)],
      },
      { ...place, parent: this },
    );
    const made = regions.map((region) => {
      const check = `${name}-check-${region}`;
      const { id } = new HealthCheck(
        check,
        {
          type: "HTTPS",
          fqdn: bucket.regionalDomainName,
          port: 443,
          resourcePath: `/${FOLDER}/${region}`,
          enableSni: true,
          invertHealthcheck: true,
          requestInterval: interval,
          failureThreshold: SWITCH_FAILURES,
          tags: context.tags(check),
        },
        { parent: this },
      );
      return { region, id };
    });
    this.checks = Object.fromEntries(made.map(({ region, id }) => [region, id]));
    this.ids = Object.fromEntries(regions.map((region) => [region, pulumi.output(`${FOLDER}/${region}`)]));
    this.bucketName = bucket.bucketName;
    this.registerOutputs({});
  }
}

/** Not public: S3 counts a policy that names addresses as closed (S3 user guide, "The meaning of public"). */
function checkersRead(bucketArn: pulumi.Output<string>, cidrs: pulumi.Output<string[]>): Statement {
  return {
    Sid: "HealthCheckersRead",
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: pulumi.interpolate`${bucketArn}/${FOLDER}/*`,
    Condition: cidrs.apply((blocks) => ({ IpAddress: { "aws:SourceIp": blocks.toSorted() } })),
  };
}
