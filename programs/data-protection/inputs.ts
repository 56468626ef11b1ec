import { z } from "zod";
import { refusing } from "../contradiction.ts";
import { alarmEmail, deletionProtection, inputsError, logRetentionDays, monthlyBudget, whole } from "../inputShapes.ts";
import { regionPattern } from "../regions.ts";
import { contradictions } from "./contradictions.ts";
import { restorableTypes } from "./restorableTypes.ts";

const regionError = "give a region such as eu-central-1";
const region = z.string({ error: regionError }).regex(regionPattern, { error: regionError });

const retentionError = 'give an object such as {"keepDays": 35}';
const retention = (what: string) =>
  z
    .strictObject(
      {
        keepDays: whole("the days a recovery point is kept", 1, 36_500).describe("Days until it is deleted."),
        coldAfterDays: whole("the days before cold storage", 1, 36_410)
          .optional()
          .describe("Days until it moves to cold storage, where it stays for 90 at least. Left out: never."),
      },
      { error: retentionError },
    )
    .optional()
    .describe(what);

const tagError = 'give an object from tag to value, such as {"meridian:protected": "true"}';
const tier = z.strictObject(
  {
    select: z
      .record(z.string().min(1).max(128), z.string({ error: tagError }).max(256, { error: tagError }), {
        error: tagError,
      })
      .refine((tags) => Object.keys(tags).length > 0, { error: `${tagError}: without a tag everything would be taken` })
      .refine((tags) => Object.keys(tags).length <= 10, { error: "give at most ten tags" })
      .describe("What is backed up: what has all of these tags, in this environment."),
    daily: retention("Each night."),
    weekly: retention("In the night to Sunday."),
    monthly: retention("In the night to the first."),
  },
  { error: 'give an object such as {"select": {"tier": "gold"}, "daily": {"keepDays": 35}}' },
);

const nameError = "name a tier by up to 20 lower-case letters, digits and hyphens, beginning with a letter";

const lock = z
  .strictObject(
    {
      mode: z
        .enum(["none", "governance", "compliance"], { error: "give none, governance or compliance" })
        .describe(
          "governance: who may administer backups can take it away. compliance: once the grace is over nobody can, not even AWS, until the last recovery point has expired.",
        ),
      graceDays: whole("the days of grace", 3, 365)
        .optional()
        .describe("Only for compliance, and needed there: days in which it can still be taken away."),
    },
    { error: 'give an object such as {"mode": "governance"}' },
  )
  .optional()
  .describe(
    "Whether recovery points can be deleted before their time. Left out: governance in production, elsewhere none.",
  );

const shape = z.strictObject(
  {
    tiers: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, { error: nameError }), tier, {
        error: (issue) => (issue.code === "invalid_key" ? nameError : "give an object from name to tier"),
      })
      .refine((tiers) => Object.keys(tiers).length > 0, { error: "give at least one tier" })
      .refine((tiers) => Object.keys(tiers).length <= 10, { error: "give at most ten tiers" })
      .default({
        protected: {
          select: { "meridian:protected": "true" },
          daily: { keepDays: 35 },
          monthly: { keepDays: 365, coldAfterDays: 30 },
        },
      })
      .describe(
        "By name, what is backed up when and for how long. The default takes what blueprints themselves protect from deletion.",
      ),
    copyRegions: z
      .record(z.string(), region, { error: "give an object from region to the region of its copies" })
      .default({})
      .describe(
        "By region, where its recovery points are copied to, with the same retention. A region without one keeps them at home only.",
      ),
    startHourUtc: whole("the hour", 0, 23).default(3).describe("The hour, in UTC, at which backups begin."),
    lock,
    restoreTests: z
      .array(z.enum(restorableTypes, { error: `give types out of ${restorableTypes.join(", ")}` }))
      .default(["DynamoDB", "EBS"])
      .describe(
        "Types of which the latest recovery points are restored once a month, and the restored thing deleted a day later. Empty: none.",
      ),
    reportRetentionDays: logRetentionDays.default(365).describe("How long reports on backup jobs are kept, in days."),
    deletionProtection: deletionProtection("recovery points, keys and the bucket of reports refuse"),
    monthlyBudget: monthlyBudget("1000.00"),
    alarmEmail,
  },
  { error: inputsError('{"copyRegions": {"eu-west-1": "eu-central-1"}}') },
);

/** The inputs of `data-protection`: one for all regions of its stack set. Every default is the closed one. */
export const dataProtectionInputs = shape.superRefine(refusing(contradictions));

export type DataProtectionInputs = z.output<typeof shape>;
export type Tier = z.output<typeof tier>;
