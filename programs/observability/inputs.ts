import { z } from "zod";
import { refusing } from "../contradiction.ts";
import { alarmEmail, deletionProtection, inputsError, logRetentionDays, monthlyBudget, whole } from "../inputShapes.ts";
import { contradictions } from "./contradictions.ts";
import { httpsUrl, shortName } from "./fields.ts";
import { service } from "./serviceInputs.ts";

const severity = z.enum(["page", "ticket"], { error: "give page (wakes a person) or ticket (waits for the morning)" });

const patternError = 'give a filter pattern of CloudWatch Logs of 1 to 1024 characters, such as { $.level = "error" }';

const logFilter = z.strictObject({
  name: shortName("the filter", 20).describe("Also the name of the metric it counts in."),
  pattern: z
    .string({ error: patternError })
    .min(1, { error: patternError })
    .max(1024, { error: patternError })
    .describe("What is counted, in the language of CloudWatch Logs."),
  alarm: z
    .strictObject({
      above: whole("how many in five minutes are too many", 0, 1_000_000),
      severity: severity.default("ticket"),
    })
    .optional()
    .describe("Left out: it is counted, and no one hears of it."),
});

const keyError = 'give fields of a JSON log by their path, such as "$.playerId"';

const logGroup = z.strictObject({
  name: shortName("the log group", 20),
  retentionDays: logRetentionDays.optional().describe("Left out: `logRetentionDays`."),
  filters: z
    .array(logFilter, { error: "give a list of filters" })
    .max(10, { error: "give at most ten filters" })
    .default([]),
  contributors: z
    .array(z.string({ error: keyError }).regex(/^\$(\.[A-Za-z_]\w*)+$/, { error: keyError }), {
      error: "give a list of fields",
    })
    .max(4, { error: "give at most four fields" })
    .default([])
    .describe("Fields by which the largest contributors are found. Costs by the event; empty: none are looked for."),
});

const canary = z.strictObject({
  name: shortName("the canary", 20),
  url: httpsUrl("the address that the canary asks"),
  status: whole("the status that a good answer has", 100, 599).default(200),
  everyMinutes: whole("the minutes between two visits", 1, 60).default(5),
  timeoutSeconds: whole("the seconds after which an answer is too late", 3, 120).default(10),
  severity: severity.default("page").describe("Who hears that three visits in a row have failed."),
});

const samplingRule = z.strictObject({
  name: shortName("the sampling rule", 12),
  service: z.string().min(1).max(64).default("*").describe("The service's name in traces; `*` for all."),
  path: z.string().min(1).max(128).default("*").describe("The path of the request; `*` for all."),
  perSecond: whole("the traces a second that are always kept", 0, 1000).default(1),
  percent: whole("the percent of the rest that is kept", 0, 100).default(5),
  priority: whole("the priority (lower is asked first)", 1, 9999).default(1000),
});

const accounts = z
  .array(z.string().regex(/^\d{12}$/, { error: "give the twelve digits of an account" }), {
    error: "give a list of accounts",
  })
  .min(1, { error: "give at least one account, or leave crossAccount out" })
  .max(20, { error: "give at most twenty accounts" });

const contact = z.strictObject({
  name: shortName("the contact", 30),
  email: z.email({ error: "give one e-mail address" }).describe("Must be activated by a code that arrives there."),
});

const shape = z.strictObject(
  {
    services: z
      .array(service, { error: "give a list of services" })
      .min(1, { error: "give at least one service to watch" })
      .max(12, { error: "give at most twelve services; make a second stack set for more" })
      .describe("What is watched, each with its objectives."),
    runbookBaseUrl: httpsUrl("where the runbooks are read").describe(
      "Every alarm's description ends with a link to `<runbookBaseUrl>/<runbook>`.",
    ),
    alarmEmail: alarmEmail.describe("Who gets the pages. The address must confirm the subscription."),
    ticketEmail: alarmEmail.describe("Who gets the tickets. The address must confirm the subscription."),
    pageEndpoint: httpsUrl("the incident platform's address for pages")
      .optional()
      .describe("An incident platform, by HTTPS; it must confirm the subscription. Kept as a secret in the state."),
    ticketEndpoint: httpsUrl("the incident platform's address for tickets")
      .optional()
      .describe("The same for tickets."),
    incidentResponse: z
      .strictObject({
        replicationSet: z
          .enum(["create", "existing"], { error: "give create, or existing where the account has one" })
          .default("existing")
          .describe("Where incidents are kept: an account has one, in all its regions together."),
        impact: whole("the impact (1 critical, 5 none)", 1, 5).default(2),
        contacts: z
          .array(contact, { error: "give a list of contacts" })
          .min(1, { error: "give at least one contact" })
          .max(5, { error: "give at most five contacts" })
          .describe("In the order in which they are asked."),
        escalateAfterMinutes: whole("the minutes until the next contact is asked", 1, 30).default(10),
      })
      .optional()
      .describe(
        "Pages open an incident in AWS Systems Manager Incident Manager, and escalate from contact to contact.",
      ),
    logGroups: z
      .array(logGroup, { error: "give a list of log groups" })
      .max(10, { error: "give at most ten log groups" })
      .default([])
      .describe("Log groups for what has none of its own, with what is counted in them."),
    logRetentionDays: logRetentionDays.default(90).describe("How long logs are kept, in days."),
    canaries: z
      .array(canary, { error: "give a list of canaries" })
      .max(10, { error: "give at most ten canaries" })
      .default([])
      .describe("Addresses that are visited from outside, whether or not a player comes."),
    canaryRuntime: z
      .string()
      .regex(/^syn-nodejs-puppeteer-\d+\.\d+$/, { error: "give a runtime such as syn-nodejs-puppeteer-10.0" })
      .default("syn-nodejs-puppeteer-10.0")
      .describe("The runtime of canaries; the cloud retires old ones."),
    traces: z
      .strictObject({
        rules: z
          .array(samplingRule, { error: "give a list of sampling rules" })
          .max(10, { error: "give at most ten sampling rules" })
          .default([]),
        insights: z
          .boolean({ error: "give true or false" })
          .default(false)
          .describe("Whether X-Ray looks for anomalies."),
      })
      .prefault({})
      .describe("Which requests are traced, and the group of those that failed or were slow."),
    crossAccount: z
      .strictObject({ accounts })
      .optional()
      .describe("Accounts whose metrics, logs and traces may be looked at from here."),
    deliveryNamespace: z
      .string()
      .regex(/^[A-Za-z][\w./-]{0,99}$/, {
        error: "give a namespace of letters, digits and ./_-, such as Meridian/Delivery",
      })
      .default("Meridian/Delivery")
      .describe(
        "The metrics of changes and incidents; whoever carries the output `deliveryWriterPolicyArn` may write them.",
      ),
    monthlyBudget: monthlyBudget("500.00").describe(
      "The budget of this stack for a month; tickets hear of 80 % forecast and 100 % spent.",
    ),
    deletionProtection: deletionProtection("the key and the results of canaries refuse"),
  },
  { error: inputsError('{"services": […], "runbookBaseUrl": "https://…"}') },
);

/** The inputs of `observability`: services with objectives. Every default is the closed one. */
export const observabilityInputs = shape.superRefine(refusing(contradictions));

export type ObservabilityInputs = z.output<typeof shape>;
