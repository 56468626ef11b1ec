import type { Engine } from "../../sandbox/protocolClient.ts";
import { type Inputs, lifecycle } from "../lifecycle.ts";
import { makeOrigin, type OriginInput } from "./origins.ts";

const HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck";
const SAFETY_RULE = "aws:route53recoverycontrol/safetyRule:SafetyRule";

/** What the changes lay over these inputs refers to what is made before the stack. */
const made: { origins: OriginInput[]; certificateArn: string } = { origins: [], certificateArn: "" };

async function needs(engine: Engine): Promise<Inputs> {
  const zone = await engine.create("aws:route53/zone:Zone", { name: "example.com" });
  const certificate = { region: "us-east-1", domainName: "cdn.play.example.com", validationMethod: "DNS" };
  made.certificateArn = (await engine.create("aws:acm/certificate:Certificate", certificate)).id;
  made.origins = [];
  for (const region of ["eu-west-1", "us-east-1", "ap-northeast-1"])
    made.origins.push(await makeOrigin(engine, region));
  return { origins: made.origins.slice(0, 2), domain: { name: "play.example.com", hostedZoneId: zone.id } };
}

/** The origins with something laid over each. */
const origins = (count: number, more: (index: number) => Inputs = () => ({})) =>
  made.origins.slice(0, count).map((origin, index) => ({ ...origin, ...more(index) }));

lifecycle({
  blueprint: "edge",
  needs,
  inputs: {},
  changes: [
    {
      name: "everything that changes in place",
      // Read when the change is made: what they refer to stands by then.
      get inputs() {
        return {
          origins: origins(2, (index) => ({ weight: 100 - 40 * index })),
          clientAffinity: "none",
          listeners: [
            { protocol: "TCP", fromPort: 443, toPort: 445 },
            { protocol: "UDP", fromPort: 7777, toPort: 7777 },
          ],
          cdn: {
            allowedCountries: ["DE", "US"],
            requestsPerFiveMinutes: 5000,
            certificateArn: made.certificateArn,
            content: "origins",
          },
          logRetentionDays: 90,
          monthlyBudget: { amount: "2500.00", currency: "USD" },
          alarmEmail: "oncall@example.com",
          deletionProtection: false,
        };
      },
      replaces: [],
    },
    {
      name: "how health is asked for",
      get inputs() {
        return { healthInterval: 30, origins: origins(2, () => ({ healthPath: "/healthz", port: 8443 })) };
      },
      replaces: [HEALTH_CHECK],
    },
    {
      name: "switches to objects",
      inputs: { switches: "inverted-health-checks", switchRegion: "eu-central-1" },
      replaces: [],
    },
    { name: "the switches' region", inputs: { switchRegion: "us-west-2" }, replaces: [] },
    {
      name: "switches to routing controls, and latency to failover",
      inputs: { switches: "routing-controls", switchRegion: undefined, routing: "failover" },
      replaces: [],
    },
    {
      name: "failover to latency, and a third region",
      get inputs() {
        return { routing: "latency", origins: origins(3) };
      },
      replaces: [HEALTH_CHECK, SAFETY_RULE],
    },
  ],
  production: {
    switches: "inverted-health-checks",
    switchRegion: "eu-central-1",
    alarmEmail: "oncall@example.com",
  },
});
