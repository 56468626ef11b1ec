import { z } from "zod";
import { refusing } from "../contradiction.ts";
import { alarmEmail, deletionProtection, inputsError, logRetentionDays, monthlyBudget, whole } from "../inputShapes.ts";
import { regionPattern } from "../regions.ts";
import { contradictions } from "./contradictions.ts";

const text = (error: string, form: RegExp) => z.string({ error }).max(512, { error }).regex(form, { error });

const domainForm = /^(?=.{4,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const zoneForm = /^Z[A-Z0-9]{5,31}$/;
const region = (what: string) => text(`give ${what} as a region such as eu-west-1`, regionPattern);

const origin = z.strictObject(
  {
    region: region("where the origin stands").describe("Where it stands. One origin a region."),
    endpointArn: text(
      "give the ARN of an application or network load balancer, arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/…",
      /^arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/(app|net)\/[\w-]+\/[0-9a-f]{16}$/,
    ).describe("The load balancer: what the accelerator forwards to."),
    dnsName: text("give the load balancer's DNS name, in lower case", domainForm).describe(
      "Its DNS name: what names and health checks lead to.",
    ),
    hostedZoneId: text(
      "give the hosted zone of the load balancer's DNS name, such as Z32O12XQLNTSW2",
      zoneForm,
    ).describe("The hosted zone of that name, as the load balancer says it."),
    weight: whole("the weight in percent", 0, 100)
      .default(100)
      .describe(
        "The traffic dial: how much of what comes nearest to this region it takes, in percent. 0: a spare, taken only when nothing else is healthy.",
      ),
    port: whole("the port that is asked", 1, 65_535).default(443).describe("The port that health checks ask."),
    healthPath: text("give a path such as /healthz", /^\/[\w./~%-]{0,254}$/)
      .optional()
      .describe(
        "What is asked over HTTPS; an answer of 200 to 399 is health. Left out: that the port takes a connection is enough.",
      ),
  },
  { error: "give an object with region, endpointArn, dnsName and hostedZoneId" },
);

const listener = z
  .strictObject(
    {
      protocol: z.enum(["TCP", "UDP"], { error: "give TCP or UDP" }),
      fromPort: whole("the first port", 1, 65_535),
      toPort: whole("the last port", 1, 65_535),
    },
    { error: 'give an object such as {"protocol": "TCP", "fromPort": 443, "toPort": 443}' },
  )
  .describe("Ports of one protocol.");

const cdn = z.strictObject(
  {
    content: z
      .enum(["bucket", "origins"], {
        error: "give bucket (a private bucket of the stack) or origins (the load balancers, by their name)",
      })
      .default("bucket")
      .describe("Where the CDN has its content from: a private bucket made here, or the origins by their common name."),
    certificateArn: text(
      "give the ARN of an ACM certificate, arn:aws:acm:us-east-1:<account>:certificate/<id>",
      /^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
    )
      .optional()
      .describe("The certificate of cdn.<domain>, in us-east-1. Left out: the CDN is reached by its own name only."),
    allowedCountries: z
      .array(text("give countries by two capital letters (ISO 3166-1), such as DE", /^[A-Z]{2}$/), {
        error: "give a list of countries",
      })
      .max(250, { error: "give at most 250 countries" })
      .default([])
      .describe("Countries whose viewers are served; all others get 403. Empty: all countries."),
    requestsPerFiveMinutes: whole("the requests of one address in five minutes", 10, 2_000_000_000)
      .default(2000)
      .describe("How many requests one address may make in five minutes before it is blocked."),
  },
  { error: "give an object of CDN settings" },
);

const shape = z.strictObject(
  {
    origins: z
      .array(origin, { error: "give the list of origins: one load balancer a region" })
      .min(1, { error: "give at least one origin: without one there is nowhere to send players" })
      .max(10, { error: "give at most ten origins" })
      .describe("The regions' load balancers. With routing failover the first is the primary."),
    domain: z
      .strictObject(
        {
          name: text("give a domain name in lower case, such as play.example.com", domainForm).describe(
            "Where players come.",
          ),
          hostedZoneId: text(
            "give the id of the public hosted zone that the name is in, such as Z0123456789ABCDEFGHIJ",
            zoneForm,
          ).describe("The public hosted zone that the name is in."),
        },
        { error: "give an object with name and hostedZoneId" },
      )
      .optional()
      .describe("The players' name. Left out: only the accelerator's and the CDN's own names."),
    routing: z
      .enum(["latency", "failover"], {
        error: "give latency (the nearest healthy region) or failover (a primary and its stand-in)",
      })
      .default("latency")
      .describe(
        "How names choose a region: the nearest healthy one, or the first origin while it is healthy and else the second.",
      ),
    switches: z
      .enum(["none", "routing-controls", "inverted-health-checks"], {
        error:
          "give none, routing-controls (an ARC cluster, about 1,825 USD a month) or inverted-health-checks (objects in a bucket, a few USD a month)",
      })
      .default("none")
      .describe(
        "By what a region is left without Pulumi or Meridian. routing-controls: an ARC cluster, 2.50 USD an hour. inverted-health-checks: an object in a bucket of switchRegion.",
      ),
    switchRegion: region("where the switches stand")
      .optional()
      .describe("With inverted-health-checks: the region of their bucket, none of the origins'."),
    healthInterval: z
      .union([z.literal(10), z.literal(30)], { error: "give 10 or 30 seconds: Route 53 asks at no other interval" })
      .default(10)
      .describe("Seconds between two questions of one health checker."),
    listeners: z
      .array(listener, { error: "give a list of ports and protocols" })
      .min(1, { error: "give at least one listener" })
      .max(10, { error: "give at most ten listeners: an accelerator has no more without a higher quota" })
      .default([{ protocol: "TCP", fromPort: 443, toPort: 443 }])
      .describe("On which ports the accelerator listens."),
    clientAffinity: z
      .enum(["source-ip", "none"], { error: "give source-ip or none" })
      .default("source-ip")
      .describe("source-ip: one address keeps its region and load balancer. none: each connection for itself."),
    cdn: cdn.prefault({}).describe("The CDN and its firewall."),
    logRetentionDays: logRetentionDays.default(30),
    deletionProtection: deletionProtection("buckets and keys refuse"),
    monthlyBudget: monthlyBudget("300.00").describe(
      "The budget of the entry for a month, all regions together; it must cover what stands still. The alarm topic hears of 80 % forecast and 100 % spent.",
    ),
    alarmEmail,
  },
  {
    error: inputsError('{"origins": [ … ]}'),
  },
);

/** The inputs of `edge`. Every default is the closed one. */
export const edgeInputs = shape.superRefine(refusing(contradictions));

export type EdgeInputs = z.output<typeof shape>;
export type Origin = EdgeInputs["origins"][number];
