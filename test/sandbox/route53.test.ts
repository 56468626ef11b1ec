import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import type { Engine } from "./protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const ZONE = "aws:route53/zone:Zone";
const RECORD = "aws:route53/record:Record";
const HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck";

const withZone = async ({ make }: Workshop): Promise<Made> => ({
  zone: await make(ZONE, { name: "example.com" }),
  other: await make(ZONE, { name: "example.net" }),
});
const zoneOf = (made: Made): string => made["zone"]?.id ?? "";
const plain = (made: Made): Properties => ({
  zoneId: zoneOf(made),
  name: "play.example.com",
  type: "A",
  ttl: 60,
  records: ["198.18.0.1"],
});
const latency = (region: string): Properties => ({
  setIdentifier: region,
  latencyRoutingPolicies: [{ region }],
});

const cases: readonly ConformanceCase[] = [
  {
    type: ZONE,
    smallest: () => ({ name: "example.com" }),
    id: /^Z[0-9A-F]{20}$/,
    outputs: { arn: /^arn:aws:route53:::hostedzone\/Z/, zoneId: /^Z/, comment: "Managed by Pulumi" },
    change: { comment: "the players' name", tags: { team: "lobby" } },
    replace: { name: "example.org" },
    spoiled: [
      { name: "a name that is none", with: { name: "not a name" }, code: "InvalidDomainName" },
      { name: "a tag of AWS's own", with: { tags: { "aws:team": "lobby" } }, code: "InvalidInput" },
    ],
  },
  {
    type: RECORD,
    needs: withZone,
    smallest: plain,
    id: /^Z[0-9A-F]{20}_play\.example\.com_A$/,
    outputs: { fqdn: /^play\.example\.com$/ },
    change: { ttl: 30, records: ["198.18.0.2", "198.18.0.3"] },
    replace: { name: "lobby.example.com" },
    taken: { code: "InvalidChangeBatch" },
    spoiled: [
      { name: "a zone that does not exist", with: { zoneId: "Z0" }, code: "NoSuchHostedZone", at: "create" },
      { name: "a kind of record there is not", with: { type: "B" }, code: "InvalidChangeBatch" },
      { name: "values without a ttl", with: { ttl: null }, code: "InvalidChangeBatch", property: "ttl" },
      {
        name: "values beside an alias",
        with: { aliases: [{ name: "door.example.com", zoneId: "Z1", evaluateTargetHealth: true }] },
        code: "InvalidChangeBatch",
        property: "records",
      },
      {
        name: "a policy without an identifier",
        with: { latencyRoutingPolicies: [{ region: "eu-west-1" }] },
        code: "InvalidChangeBatch",
        property: "setIdentifier",
      },
      { name: "an identifier without a policy", with: { setIdentifier: "one" }, code: "InvalidChangeBatch" },
      {
        name: "two policies",
        with: { ...latency("eu-west-1"), weightedRoutingPolicies: [{ weight: 1 }] },
        code: "InvalidChangeBatch",
        property: "weightedRoutingPolicies",
      },
      {
        name: "a health check that does not exist",
        with: { healthCheckId: "00000000-0000-0000-0000-000000000000" },
        code: "InvalidChangeBatch",
        at: "create",
      },
      {
        name: "an alias to a name of its zone that is not there",
        with: (made) => ({
          aliases: [{ name: "nobody.example.com", zoneId: zoneOf(made), evaluateTargetHealth: true }],
          ttl: null,
          records: null,
        }),
        code: "InvalidChangeBatch",
        at: "create",
      },
    ],
  },
  {
    type: HEALTH_CHECK,
    smallest: () => ({
      type: "HTTPS",
      fqdn: "door.example.com",
      port: 443,
      resourcePath: "/healthz",
      requestInterval: 30,
    }),
    id: /^[0-9a-f-]{36}$/,
    outputs: { arn: /^arn:aws:route53:::healthcheck\//, failureThreshold: 3 },
    change: { resourcePath: "/ready", failureThreshold: 2, invertHealthcheck: true },
    replace: { requestInterval: 10 },
    spoiled: [
      { name: "a type there is not", with: { type: "UDP" }, code: "InvalidInput" },
      { name: "no endpoint", with: { fqdn: null }, code: "InvalidInput" },
      { name: "an interval there is not", with: { requestInterval: 20 }, code: "InvalidInput" },
      { name: "a path of TCP", with: { type: "TCP" }, code: "InvalidInput", property: "resourcePath" },
      { name: "a threshold of 11", with: { failureThreshold: 11 }, code: "InvalidInput" },
      {
        name: "a calculated check without children",
        with: { type: "CALCULATED" },
        code: "InvalidInput",
        property: "childHealthchecks",
      },
      {
        name: "a switch that is not named",
        with: { type: "RECOVERY_CONTROL", fqdn: null },
        code: "InvalidInput",
        property: "routingControlArn",
      },
      {
        name: "a switch that does not exist",
        with: { type: "RECOVERY_CONTROL", routingControlArn: "arn:aws:route53-recovery-control::0:controlpanel/0" },
        code: "InvalidInput",
        at: "create",
      },
      {
        name: "more healthy children than there are",
        with: { type: "CALCULATED", childHealthchecks: [], childHealthThreshold: 1 },
        code: "InvalidInput",
        property: "childHealthThreshold",
      },
    ],
  },
];

conformance(cases);

describe("records of one name and type", () => {
  let sandbox: TestSandbox;
  let engine: Engine;
  let zoneId: string;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
    engine = await sandbox.engine();
    zoneId = (await engine.create(ZONE, { name: "example.com" })).id;
  });
  afterAll(() => sandbox.end());

  const record = (name: string, more: Properties) =>
    engine.create(RECORD, { zoneId, name, type: "A", ttl: 60, records: ["198.18.0.1"], ...more });

  it("stand side by side where each has an identifier of its own, and have one kind of policy", async () => {
    await record("regions.example.com", latency("eu-west-1"));
    await record("regions.example.com", latency("us-east-1"));
    await expect(record("regions.example.com", latency("us-east-1"))).rejects.toThrow("it already exists");
    const weighted = { setIdentifier: "third", weightedRoutingPolicies: [{ weight: 1 }] };
    await expect(record("regions.example.com", weighted)).rejects.toThrow("another routing policy");
    await expect(record("regions.example.com", {})).rejects.toThrow("InvalidChangeBatch");
  });

  it("are one primary and one secondary in a failover", async () => {
    const half = (setIdentifier: string, type: string) =>
      record("pair.example.com", { setIdentifier, failoverRoutingPolicies: [{ type }] });
    await half("one", "PRIMARY");
    await half("two", "SECONDARY");
    await expect(half("three", "PRIMARY")).rejects.toThrow("already a PRIMARY record");
  });

  it("keep their zone from being deleted, unless it is told to take them along", async () => {
    const zone = await engine.create(ZONE, { name: "example.org" });
    const within = { zoneId: zone.id, name: "a", type: "A", ttl: 60, records: ["198.18.0.1"] };
    const { outputs } = await engine.create(RECORD, within);
    expect(outputs["fqdn"]).toBe("a.example.org");
    await expect(engine.remove(ZONE, zone)).rejects.toThrow("HostedZoneNotEmpty");
    const forced = await engine.update(ZONE, zone, { ...zone.inputs, forceDestroy: true });
    await engine.remove(ZONE, forced);
    expect(await engine.read(ZONE, zone.id)).toBeUndefined();
  });
});
