import { HealthCheck } from "@pulumi/aws/route53/healthCheck.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { AnycastEntry } from "./anycastEntry.ts";
import type { EdgeInputs } from "./inputs.ts";
import type { Switches } from "./switches.ts";
import { named, type PlannedOrigin } from "./traffic.ts";

export interface RegionalNamesArgs {
  readonly context: StackContext;
  readonly domain: NonNullable<EdgeInputs["domain"]>;
  readonly routing: EdgeInputs["routing"];
  readonly origins: readonly PlannedOrigin[];
  readonly entry: AnycastEntry;
  /** Ids of the origins' health checks by region. */
  readonly health: Readonly<Record<string, pulumi.Output<string>>>;
  readonly switches: Switches | undefined;
}

/**
 * The name that leads to regions directly. One for each routing: records of one name all have one kind of policy, so a change between
 * the two makes the other name first and drops this one last.
 */
export function regionalName(domain: string, routing: EdgeInputs["routing"]): string {
  return `${routing === "latency" ? "regions" : "pair"}.${domain}`;
}

/**
 * The players' name, and behind it one that leads to regions directly. While every switch is on, the players' name is the accelerator;
 * as soon as one is off, it is the regions that are left: the accelerator knows nothing of switches.
 */
export class RegionalNames extends pulumi.ComponentResource {
  readonly regional: pulumi.Output<string>;

  constructor(name: string, args: RegionalNamesArgs, place: ComponentPlace) {
    const { context, domain, routing, entry } = args;
    super(componentType(context.blueprint, "RegionalNames"), name, {}, place);
    const child = { parent: this };
    const zone = { zoneId: domain.hostedZoneId, type: "A" };
    const regional = regionalName(domain.name, routing);
    const origins = named(args.origins);
    const records = origins.map(
      (planned) =>
        new DnsRecord(
          `${name}-${routing}-${planned.origin.region}`,
          {
            ...zone,
            name: regional,
            setIdentifier: planned.origin.region,
            ...policyOf(planned),
            healthCheckId: this.takes(name, planned.origin.region, args),
            aliases: [
              { name: planned.origin.dnsName, zoneId: planned.origin.hostedZoneId, evaluateTargetHealth: true },
            ],
          },
          child,
        ),
    );
    const every = new HealthCheck(
      `${name}-all-regions`,
      { type: "CALCULATED", ...allOf(args), tags: context.tags(`${name}-all-regions`) },
      child,
    );
    const players = { ...zone, name: domain.name };
    new DnsRecord(
      `${name}-anycast`,
      {
        ...players,
        setIdentifier: "anycast",
        failoverRoutingPolicies: [{ type: "PRIMARY" }],
        healthCheckId: every.id,
        aliases: [{ name: entry.dnsName, zoneId: entry.hostedZoneId, evaluateTargetHealth: false }],
      },
      child,
    );
    new DnsRecord(
      `${name}-direct`,
      {
        ...players,
        setIdentifier: "direct",
        failoverRoutingPolicies: [{ type: "SECONDARY" }],
        aliases: [{ name: regional, zoneId: domain.hostedZoneId, evaluateTargetHealth: true }],
      },
      // An alias needs the records that it leads to.
      { parent: this, dependsOn: records },
    );
    this.regional = pulumi.all(records.map(({ id }) => id)).apply(() => regional);
    this.registerOutputs({ regional: this.regional });
  }

  /** The health check by which a region takes traffic: it answers, and its switch, if there is one, is on. */
  private takes(name: string, region: string, { context, health, switches }: RegionalNamesArgs) {
    const answers = health[region] ?? missing(region);
    if (switches === undefined) return answers;
    const check = `${name}-takes-${region}`;
    return new HealthCheck(
      check,
      {
        type: "CALCULATED",
        childHealthchecks: [answers, switches.checks[region] ?? missing(region)],
        childHealthThreshold: 2,
        tags: context.tags(check),
      },
      { parent: this },
    ).id;
  }
}

/** With switches, anycast is taken while all are on; without, while any region answers. */
function allOf({ origins, health, switches }: RegionalNamesArgs) {
  const regions = named(origins).map(({ origin }) => origin.region);
  const checks = regions.map((region) => (switches?.checks ?? health)[region] ?? missing(region));
  return { childHealthchecks: checks, childHealthThreshold: switches === undefined ? 1 : checks.length };
}

function policyOf({ origin, part }: PlannedOrigin) {
  if (part === "primary") return { failoverRoutingPolicies: [{ type: "PRIMARY" }] };
  if (part === "secondary") return { failoverRoutingPolicies: [{ type: "SECONDARY" }] };
  return { latencyRoutingPolicies: [{ region: origin.region }] };
}

function missing(region: string): never {
  throw new RangeError(`no health check was made for ${region}`);
}
