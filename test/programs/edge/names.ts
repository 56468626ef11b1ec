import type { Properties } from "../../../sandbox/model/values.ts";
import { isProperties, list, object, text, texts } from "../../../sandbox/model/values.ts";

/** What stands in the cloud, as far as names and accelerators answer by it. */
export interface World {
  /** Inputs of the records. */
  readonly records: readonly Properties[];
  /** Inputs of the health checks, by id. */
  readonly checks: ReadonlyMap<string, Properties>;
  /** Inputs of the accelerator's endpoint groups. */
  readonly groups: readonly Properties[];
  /** The name of the accelerator. */
  readonly accelerator: string;
  /** Switches of the recovery cluster that are on, by ARN. */
  readonly on: ReadonlySet<string>;
  /** Objects as `<bucket>/<key>`. */
  readonly objects: ReadonlySet<string>;
  /** Regions whose load balancers do not answer. */
  readonly down: ReadonlySet<string>;
}

/**
 * Where a player arrives who looks up a name: the region of the load balancer, and whether by the accelerator. `near` are regions, the
 * nearest first. By the rules of Amazon Route 53 ("How Amazon Route 53 chooses records when health checking is configured"): of a
 * failover pair the primary while it is healthy, and also when both are not; of latency records the nearest healthy one, or the nearest
 * when none is. By those of AWS Global Accelerator ("How failover works for unhealthy endpoints"): the nearest group with a dial above zero
 * that is healthy, then the nearest healthy one whatever its dial, then the nearest.
 */
export function arrives(world: World, name: string, near: readonly string[]): string {
  const target = answer(world, name, near);
  if (target !== world.accelerator) return regionIn(target);
  const groups = nearestFirst(near, world.groups, (group) => text(group, "endpointGroupRegion") ?? "");
  const healthy = groups.filter((group) => !world.down.has(text(group, "endpointGroupRegion") ?? ""));
  const chosen = healthy.find((group) => Number(group["trafficDialPercentage"]) > 0) ?? healthy[0] ?? groups[0];
  return `anycast ${text(chosen ?? {}, "endpointGroupRegion")}`;
}

function answer(world: World, name: string, near: readonly string[]): string {
  const records = recordsOf(world, name);
  const [first] = records;
  if (first === undefined) return name;
  return answer(world, aliasOf(choose(world, records, near) ?? first), near);
}

function choose(world: World, records: readonly Properties[], near: readonly string[]): Properties | undefined {
  const usable = records.filter((record) => isUsable(world, record));
  if (records.some((record) => record["failoverRoutingPolicies"] !== undefined)) {
    const part = (among: readonly Properties[], type: string) =>
      among.find((record) => object(asObject(record, "failoverRoutingPolicies"), "policy")["type"] === type);
    return part(usable, "PRIMARY") ?? part(usable, "SECONDARY") ?? part(records, "PRIMARY");
  }
  const byDistance = (among: readonly Properties[]) =>
    nearestFirst(
      near,
      among,
      (record) => text(object(asObject(record, "latencyRoutingPolicies"), "policy"), "region") ?? "",
    );
  return byDistance(usable)[0] ?? byDistance(records)[0];
}

/** The one element of a list, as `policy` of an object. */
function asObject(record: Properties, name: string): Properties {
  return { policy: list(record, name).find(isProperties) ?? {} };
}

function isUsable(world: World, record: Properties): boolean {
  const check = text(record, "healthCheckId");
  if (check !== undefined && !isHealthy(world, check)) return false;
  const [alias] = list(record, "aliases").filter(isProperties);
  if (alias?.["evaluateTargetHealth"] !== true) return true;
  const targets = recordsOf(world, text(alias, "name") ?? "");
  return targets.length === 0 || targets.some((target) => isUsable(world, target));
}

function isHealthy(world: World, id: string): boolean {
  const check = world.checks.get(id) ?? {};
  if (check["type"] === "CALCULATED") {
    const healthy = texts(check["childHealthchecks"]).filter((child) => isHealthy(world, child));
    return healthy.length >= Number(check["childHealthThreshold"]);
  }
  if (check["type"] === "RECOVERY_CONTROL") return world.on.has(text(check, "routingControlArn") ?? "");
  const fqdn = text(check, "fqdn") ?? "";
  const [, bucket] = /^(.+)\.s3\.[a-z0-9-]+\.amazonaws\.com$/.exec(fqdn) ?? [];
  const answers =
    bucket === undefined
      ? !world.down.has(regionIn(fqdn))
      : world.objects.has(`${bucket}${text(check, "resourcePath")}`);
  return answers !== (check["invertHealthcheck"] === true);
}

function recordsOf(world: World, name: string): readonly Properties[] {
  return world.records.filter((record) => record["name"] === name && record["type"] === "A");
}

function aliasOf(record: Properties): string {
  const [alias] = list(record, "aliases").filter(isProperties);
  return text(alias ?? {}, "name") ?? "";
}

function nearestFirst(
  near: readonly string[],
  among: readonly Properties[],
  regionOf: (one: Properties) => string,
): readonly Properties[] {
  return among.toSorted((one, other) => near.indexOf(regionOf(one)) - near.indexOf(regionOf(other)));
}

/** The region in the name of a load balancer. */
function regionIn(name: string): string {
  return /\b[a-z]{2}(-[a-z]+)+-\d\b/.exec(name.replaceAll(".", " "))?.[0] ?? name;
}
