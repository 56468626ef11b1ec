import { z } from "zod";
import { refusing } from "../contradiction.ts";
import { alarmEmail, deletionProtection, inputsError, logRetentionDays, monthlyBudget, whole } from "../inputShapes.ts";
import { regionPattern } from "../regions.ts";
import { contradictions } from "./contradictions.ts";
import { fieldTypes } from "./fields.ts";

const gameError = "name each game by 2 to 32 lower-case letters, digits and hyphens, beginning with a letter";
const game = z.string({ error: gameError }).regex(/^[a-z][a-z0-9-]{1,31}$/, { error: gameError });

const regionError = "give regions such as eu-west-1";
const region = z.string({ error: regionError }).regex(regionPattern, { error: regionError });

const fieldError = "name a field by 1 to 63 lower-case letters, digits and underscores, beginning with a letter";
const field = z.strictObject({
  name: z.string({ error: fieldError }).regex(/^[a-z][a-z0-9_]{0,62}$/, { error: fieldError }),
  type: z.enum(fieldTypes, { error: `give one of ${fieldTypes.join(", ")}` }),
  description: z
    .string({ error: "say in a sentence what the field means" })
    .min(1, { error: "say in a sentence what the field means" })
    .max(255, { error: "say it in at most 255 characters" }),
});

const shape = z.strictObject(
  {
    games: z
      .array(game, { error: "give a list of games" })
      .min(1, { error: "name at least one game: records of others go to the partition unlisted" })
      .max(60, { error: "name at most 60 games" })
      .describe("The games whose records are kept apart. Records of any other go to the partition `unlisted`."),
    otherRegions: z
      .array(region, { error: "give a list of regions" })
      .max(30, { error: "give at most 30 regions" })
      .default([])
      .describe("Regions besides the stack's own whose records arrive here. Any other goes to `unlisted`."),
    fields: z
      .array(field, { error: "give a list of fields" })
      .max(100, { error: "give at most 100 fields" })
      .default([])
      .describe(
        "Fields of a record beside the operational ones (players, sessions, latency, errors, incidents, changes, cost).",
      ),
    streamMode: z
      .enum(["on-demand", "provisioned"], {
        error: "give on-demand (grows by itself) or provisioned (planned from the records)",
      })
      .default("on-demand")
      .describe(
        "on-demand: the stream grows by itself. provisioned: shards planned from `recordsPerSecond`; cheaper under a steady load.",
      ),
    recordsPerSecond: whole("the records of the busiest second", 1, 10_000_000)
      .default(1000)
      .describe("Records of the busiest second."),
    recordBytes: whole("the size of a record in bytes", 32, 1_024_000)
      .default(1024)
      .describe("Size of one record as JSON, in bytes, on average."),
    headroomPercent: whole("the headroom in percent", 5, 200)
      .default(25)
      .describe("Room over the busiest second, in percent; only provisioned streams are planned by it."),
    streamRetentionHours: whole("the hours that the stream keeps records", 24, 8760)
      .default(48)
      .describe("How long the stream keeps records: the time there is to mend a delivery that stands still."),
    bufferSeconds: whole("the seconds that records are gathered for", 60, 900)
      .default(300)
      .describe("How long records are gathered before they are written as one file."),
    bufferMiB: whole("the MiB that records are gathered to", 64, 128)
      .default(128)
      .describe("How much is gathered at most before it is written as one file, in MiB."),
    freshnessMinutes: whole("the minutes until a record must be in the lake", 2, 240)
      .default(15)
      .describe("How old the oldest record that is not yet in the lake may be before somebody hears of it."),
    retention: z
      .strictObject({
        hotDays: whole("the days in the standard class", 30, 3650)
          .default(60)
          .describe("After so many days records move to infrequent access; S3 allows it from 30 days on."),
        coldDays: whole("the days until records move to the archive that can be read at once", 60, 3650)
          .default(180)
          .describe("After so many days records move to the archive class that can still be queried at once."),
        expireDays: whole("the days until records are deleted", 150, 3650)
          .default(400)
          .describe("After so many days records are deleted."),
      })
      .prefault({})
      .describe("What becomes of records as they grow old."),
    failedDays: whole("the days that failed records are kept", 7, 365)
      .default(30)
      .describe("How long records that could not be delivered are kept for a replay."),
    resultDays: whole("the days that results of queries are kept", 1, 90)
      .default(7)
      .describe("How long results of queries are kept."),
    scanLimitGiB: whole("the GiB that one query may read", 1, 10_240)
      .default(50)
      .describe("A query that would read more is cut off: it is what queries are paid by."),
    deletionProtection: deletionProtection("the lake refuses"),
    logRetentionDays: logRetentionDays
      .default(30)
      .describe("How long the delivery's errors and the lake's access logs are kept, in days."),
    monthlyBudget: monthlyBudget("500.00"),
    alarmEmail,
  },
  { error: inputsError('{"games": ["lifeverse"]}') },
);

/** The inputs of `telemetry`. Every default is the closed one. */
export const telemetryInputs = shape.superRefine(refusing(contradictions));

export type TelemetryInputs = z.output<typeof shape>;
