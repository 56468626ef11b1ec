import { lifecycle } from "../lifecycle.ts";

lifecycle({
  blueprint: "telemetry",
  inputs: { games: ["lifeverse"] },
  changes: [
    {
      name: "everything that is changed in place",
      inputs: {
        games: ["lifeverse", "second-life"],
        otherRegions: ["us-east-1"],
        fields: [{ name: "match_id", type: "string", description: "Which match" }],
        streamRetentionHours: 168,
        bufferSeconds: 120,
        bufferMiB: 64,
        freshnessMinutes: 30,
        retention: { hotDays: 30, coldDays: 90, expireDays: 400 },
        failedDays: 60,
        resultDays: 3,
        scanLimitGiB: 10,
        logRetentionDays: 90,
        monthlyBudget: { amount: "750.00", currency: "USD" },
        alarmEmail: "data@example.com",
        deletionProtection: true,
      },
      replaces: [],
    },
    {
      name: "on demand to shards",
      inputs: { streamMode: "provisioned", recordsPerSecond: 3000, headroomPercent: 30, deletionProtection: false },
      replaces: [],
    },
    { name: "larger records, which need more shards", inputs: { recordBytes: 2048 }, replaces: [] },
  ],
  production: {
    games: ["lifeverse"],
    streamMode: "provisioned",
    recordsPerSecond: 20_000,
    alarmEmail: "data@example.com",
  },
});
