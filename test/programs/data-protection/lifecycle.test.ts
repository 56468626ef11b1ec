import { lifecycle } from "../lifecycle.ts";

const region = "eu-west-1";
/** It has no update; neither has a selection. */
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const gold = { select: { tier: "gold" }, daily: { keepDays: 35 }, weekly: { keepDays: 91 } };

lifecycle({
  blueprint: "data-protection",
  inputs: { tiers: { gold }, lock: { mode: "governance" } },
  changes: [
    {
      name: "retention, lock, hour, types of restore tests, reports, budget and e-mail",
      inputs: {
        tiers: { gold: { ...gold, monthly: { keepDays: 365, coldAfterDays: 30 } } },
        startHourUtc: 4,
        restoreTests: ["DynamoDB", "S3"],
        reportRetentionDays: 30,
        monthlyBudget: { amount: "250.00", currency: "USD" },
        alarmEmail: "oncall@example.com",
      },
      replaces: [LOCK],
    },
    {
      name: "what a tier selects, the region of copies and the protection",
      inputs: {
        tiers: { gold: { ...gold, select: { tier: "platinum" } } },
        copyRegions: { [region]: "eu-central-1" },
        deletionProtection: true,
      },
      replaces: ["aws:backup/selection:Selection", LOCK],
    },
    {
      name: "the tiers, the region of copies, the restore tests and the protection",
      inputs: {
        tiers: { silver: { select: { tier: "silver" }, daily: { keepDays: 7 } } },
        copyRegions: {},
        restoreTests: [],
        deletionProtection: false,
      },
      // Whether it is still there then, the last refresh says.
      replaces: [LOCK],
    },
  ],
  production: { copyRegions: { [region]: "eu-central-1" }, alarmEmail: "oncall@example.com" },
});
