import { z } from "zod";
import { refusing } from "../contradiction.ts";
import { alarmEmail, deletionProtection, inputsError, logRetentionDays, monthlyBudget, whole } from "../inputShapes.ts";
import { regionPattern } from "../regions.ts";
import { sharedNetwork, telemetryStream } from "../stackReferences.ts";
import { contradictions } from "./contradictions.ts";
import { knownToggles } from "./toggles.ts";
import { needs, platforms } from "./variants.ts";

const nameError = "give a name of 2 to 40 lower-case letters, digits and hyphens, beginning with a letter";
const name = z.string({ error: nameError }).regex(/^[a-z][a-z0-9-]{1,39}$/, { error: nameError });
const toggleError = "give a name of 2 to 40 letters and digits, beginning with a lower-case letter";
const toggleName = z.string({ error: toggleError }).regex(/^[a-z][a-zA-Z0-9]{1,39}$/, { error: toggleError });
const region = z
  .string({ error: "give a region such as eu-west-1" })
  .regex(regionPattern, { error: "give a region such as eu-west-1" });
const urlError = "give an address that begins with https:// and has no query, such as https://id.example.com/";
const httpsUrl = z
  .string({ error: urlError })
  .max(512, { error: urlError })
  .regex(/^https:\/\/[a-z0-9.-]+(:\d+)?(\/[\w./~-]*)?$/i, { error: urlError });
const yesOrNo = z.boolean({ error: "give true or false" });
const imageError =
  "name the workers' image with its digest, such as registry.example.com/game/worker@sha256:<64 hex digits>: a tag can move";
const variantError = "give variants of a game event, each with name, ruleset and what it serves";

const toggle = z.strictObject({
  on: yesOrNo.describe("What holds now."),
  fallback: yesOrNo.describe("What holds where the toggle cannot be read."),
});
const closed = { on: true, fallback: false };

const variant = z.strictObject({
  name: name.describe("The variant's name."),
  ruleset: name.describe("What is the same for all who play together."),
  serves: z
    .array(z.enum(needs, { error: `give needs out of ${needs.join(", ")}` }), { error: "give a list of needs" })
    .default([])
    .describe("The needs that this variant answers."),
});

const variantList = z
  .array(variant, { error: variantError })
  .min(1, { error: variantError })
  .max(20, { error: "give at most 20 variants" });

const eventKind = z.strictObject({
  pool: z
    .enum(["shared", "separate"], { error: "give shared (all platforms play together) or separate" })
    .default("separate")
    .describe("Whether players of all platforms meet."),
  platforms: z
    .partialRecord(z.enum(platforms, { error: `give platforms out of ${platforms.join(", ")}` }), variantList, {
      error: `give an object from platform (${platforms.join(", ")}) to a list of variants`,
    })
    .refine((offered) => Object.keys(offered).length > 0, { error: "name at least one platform" })
    .describe("By platform, the variants that are played there."),
});

const shape = z.strictObject(
  {
    tokens: z
      .strictObject({
        issuer: httpsUrl.describe("Who issues the tokens."),
        audiences: z
          .array(z.string().min(1).max(128), { error: "give a list of audiences" })
          .min(1, { error: "name at least one audience: a token for anybody is for nobody" })
          .max(10, { error: "give at most ten audiences" })
          .describe("Whom the tokens are for; any one of them."),
        writeScope: z
          .string({ error: "give the scope that may change the schedule" })
          .regex(/^[\w:./-]{1,128}$/, {
            error: "give the scope that may change the schedule, such as game-events:write",
          })
          .default("game-events:write")
          .describe("The scope without which a token only reads."),
      })
      .optional()
      .describe(
        "The players' and operators' tokens (JWT). Left out: only callers with credentials of the cloud (IAM) are let in.",
      ),
    webOrigins: z
      .array(httpsUrl, { error: "give a list of origins such as https://play.example.com" })
      .max(20, { error: "give at most 20 origins" })
      .default([])
      .describe("Web pages whose scripts may call the API. Empty: none."),
    throttle: z
      .strictObject({
        rate: whole("the requests a second", 1, 10_000).default(500).describe("Requests a second that are let in."),
        burst: whole("the burst in requests", 1, 5000).default(250).describe("Requests that may come at once."),
      })
      .prefault({})
      .describe("What each of the two fronts lets in; the rest is answered with 429."),
    workers: z
      .enum(["functions", "containers"], { error: "give functions or containers" })
      .default("functions")
      .describe("What works on starts and ends of game events. containers need `workerImage` and `network`."),
    workerConcurrency: whole("the functions at once", 2, 500)
      .default(20)
      .describe(
        "Functions that work at once; reserved, so that the rest of the account cannot take them. With workers functions.",
      ),
    workerSeconds: whole("the longest one message may take, in seconds", 1, 900)
      .default(30)
      .describe("The longest that one message may take, in seconds."),
    retryLimit: whole("the tries of a message", 2, 100)
      .default(5)
      .describe("After how many failed tries a message is put aside for a person."),
    workerImage: z
      .string({ error: imageError })
      .max(512, { error: imageError })
      .regex(/^[a-z0-9][a-z0-9.:/_-]*@sha256:[0-9a-f]{64}$/, { error: imageError })
      .optional()
      .describe("The workers' image, by digest; with workers containers."),
    workerTasks: z
      .strictObject({
        min: whole("the fewest tasks", 2, 500)
          .default(2)
          .describe("Tasks in the quietest hour; two, so that a zone can be lost."),
        max: whole("the most tasks", 2, 500).default(10).describe("Tasks at the most."),
        backlog: whole("the messages a task", 1, 10_000)
          .default(50)
          .describe("Messages that may wait for each task before another one is started."),
      })
      .prefault({})
      .describe("How many tasks work; with workers containers."),
    network: sharedNetwork
      .partial({ zones: true, publicSubnetIds: true })
      .optional()
      .describe(
        "The network that containers run in, in its private subnets: outputs of the blueprint `network`. Functions need none.",
      ),
    archiveDays: whole("the days events are kept for a replay", 1, 365)
      .default(30)
      .describe("How long events on the bus are kept for a replay, in days."),
    scheduleStore: z
      .strictObject({
        homeRegion: region
          .optional()
          .describe("The region whose stack makes the store. Left out: each region has a store of its own."),
        replicaRegions: z
          .array(region, { error: "give a list of regions" })
          .max(10, { error: "give at most ten regions" })
          .default([])
          .describe("Regions that have a replica; the stack there uses it."),
      })
      .prefault({})
      .describe("Where the schedule is kept: one store a region, or one of several regions."),
    toggles: z
      .record(toggleName, toggle, { error: "give an object from toggle to its state" })
      .default({})
      .transform((given) => ({
        ...Object.fromEntries(Object.keys(knownToggles).map((known) => [known, closed])),
        ...given,
      }))
      .describe(
        `Live-ops toggles: what holds, and what holds where they cannot be read. ${Object.keys(knownToggles).join(", ")} are always there, on, and off where they cannot be read.`,
      ),
    eventKinds: z
      .record(name, eventKind, { error: "give an object from kind of game event to its pool and platforms" })
      .default({})
      .describe(
        "Kinds of game events, with their variants by platform. Only these can be scheduled; each platform needs a variant that answers every need.",
      ),
    rollout: z
      .strictObject({
        minutes: whole("the minutes of a rollout", 0, 1440)
          .default(10)
          .describe("Over how many minutes a change reaches everyone."),
        steps: whole("the steps of a rollout", 1, 100).default(5).describe("In how many steps."),
        bakeMinutes: whole("the minutes a change is watched", 5, 1440)
          .default(20)
          .describe("How long it is watched afterwards; an alarm takes it back."),
      })
      .prefault({})
      .describe("How a change of toggles or variants is rolled out."),
    telemetry: telemetryStream
      .optional()
      .describe(
        "Where everything on the bus is captured: outputs of the blueprint `telemetry`. Left out: it is captured in the archive only.",
      ),
    artefact: z
      .strictObject({
        bucket: z
          .string({ error: "give the bucket" })
          .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: "give the bucket's name" })
          .describe("The bucket."),
        key: z
          .string({ error: "give the key" })
          .min(1, { error: "give the key" })
          .max(1024, { error: "give the key" })
          .describe("The archive's key."),
        version: z
          .string({ error: "give the version" })
          .min(1, { error: "give the version: without it the code could change unseen" })
          .max(1024)
          .describe("Its version."),
      })
      .optional()
      .describe("An archive of handlers of one's own, by version. Left out: those that come with the blueprint."),
    logRetentionDays: logRetentionDays.default(30),
    deletionProtection: deletionProtection("the schedule store and its keys refuse"),
    monthlyBudget: monthlyBudget("500.00"),
    alarmEmail,
  },
  { error: inputsError('{"workers": "functions"}') },
);

/** The inputs of `event-service`. Every default is the closed one. */
export const eventServiceInputs = shape.superRefine(refusing(contradictions));

export type EventServiceInputs = z.output<typeof shape>;
