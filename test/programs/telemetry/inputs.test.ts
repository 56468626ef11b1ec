import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog, checkInputs } from "../../../programs/catalog.ts";

const blueprint = catalog.blueprints.telemetry;

function problemsOf(inputs: unknown) {
  const checked = checkInputs(blueprint, inputs);
  return checked.ok ? [] : checked.problems;
}

const games = ["lifeverse"];
const field = { name: "match_id", type: "string", description: "Which match" };
const many = (count: number, name: (n: number) => string) => Array.from({ length: count }, (_, n) => name(n));

describe("the inputs of telemetry", () => {
  it("are the games alone, and then the closed ones", () => {
    expect(checkInputs(blueprint, { games })).toMatchObject({
      ok: true,
      inputs: {
        otherRegions: [],
        fields: [],
        streamMode: "on-demand",
        retention: { hotDays: 60, coldDays: 180, expireDays: 400 },
        scanLimitGiB: 50,
      },
    });
  });

  it("are accepted when every one of them is given", () => {
    const given = {
      games: ["lifeverse", "second-life"],
      otherRegions: ["us-east-1"],
      fields: [field],
      streamMode: "provisioned",
      recordsPerSecond: 5000,
      recordBytes: 512,
      headroomPercent: 50,
      streamRetentionHours: 168,
      bufferSeconds: 120,
      bufferMiB: 64,
      freshnessMinutes: 10,
      retention: { hotDays: 30, coldDays: 60, expireDays: 150 },
      failedDays: 14,
      resultDays: 2,
      scanLimitGiB: 5,
      deletionProtection: false,
      logRetentionDays: 90,
      monthlyBudget: { amount: "1200.50", currency: "USD" },
      alarmEmail: "data@example.com",
    };
    expect(problemsOf(given)).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ["an unknown input", { game: "lifeverse" }, "/game", /take out "game"/],
    ["no game", { games: [] }, "/games", /at least one game/],
    ["a game with a quote, which would end the program that reads it", { games: ['a"b'] }, "/games/0", /lower-case/],
    ["a game twice", { games: ["one", "one"] }, "/games/1", /name one once/],
    ["a game called as all others are", { games: ["unlisted"] }, "/games/0", /choose another name/],
    ["a region that is none", { otherRegions: ["Europe"] }, "/otherRegions/0", /such as eu-west-1/],
    ["a region twice", { otherRegions: ["us-east-1", "us-east-1"] }, "/otherRegions/1", /once/],
    [
      "more partitions than a delivery writes",
      {
        games: many(30, (n) => `game-${n}`),
        otherRegions: many(16, (n) => `${n < 8 ? "eu" : "us"}-west-${n % 8}`),
      },
      "/games",
      /30 games in 17 regions, .* are 558 partitions, a delivery writes 500/,
    ],
    [
      "a field that every record has",
      { fields: [{ ...field, name: "players" }] },
      "/fields/0/name",
      /has players already/,
    ],
    ["a field that is a partition", { fields: [{ ...field, name: "day" }] }, "/fields/0/name", /has day already/],
    ["a field twice", { fields: [field, field] }, "/fields/1/name", /name match_id once/],
    ["a field in capitals", { fields: [{ ...field, name: "matchId" }] }, "/fields/0/name", /lower-case/],
    ["a field of a type there is not", { fields: [{ ...field, type: "json" }] }, "/fields/0/type", /string, bigint/],
    ["records larger than a delivery takes", { recordBytes: 1_024_001 }, "/recordBytes", /32 to 1024000/],
    [
      "more records than shards",
      { streamMode: "provisioned", recordsPerSecond: 9_000_000 },
      "/recordsPerSecond",
      /need 11250 shards, a stream has 10000/,
    ],
    ["a stream that forgets within a day", { streamRetentionHours: 23 }, "/streamRetentionHours", /24 to 8760/],
    ["buffers that are too short for partitions", { bufferSeconds: 59 }, "/bufferSeconds", /60 to 900/],
    ["buffers that are too small for partitions", { bufferMiB: 63 }, "/bufferMiB", /64 to 128/],
    [
      "records that must be there before they are written",
      { freshnessMinutes: 5 },
      "/freshnessMinutes",
      /more than the 300 seconds of bufferSeconds/,
    ],
    ["infrequent access before S3 allows it", { retention: { hotDays: 29 } }, "/retention/hotDays", /30 to 3650/],
    [
      "an archive before infrequent access is paid for",
      { retention: { hotDays: 100, coldDays: 120 } },
      "/retention/coldDays",
      /at least 130/,
    ],
    [
      "an end before the archive is paid for",
      { retention: { coldDays: 350 } },
      "/retention/expireDays",
      /at least 440/,
    ],
    ["no scan limit", { scanLimitGiB: 0 }, "/scanLimitGiB", /1 to 10240/],
    ["retention that the cloud does not know", { logRetentionDays: 31 }, "/logRetentionDays", /give one of 7, 14/],
  ])("refuse %s, and say what to do", (_, given, pointer, message) => {
    const problems = problemsOf({ games, ...given });
    expect(problems.map((problem) => problem.pointer)).toEqual([pointer]);
    expect(problems[0]?.message).toMatch(message);
  });

  it.each([undefined, null, "text", 5, []])("refuse %j as a whole", (given) => {
    expect(problemsOf(given)).toEqual([{ pointer: "", message: expect.stringContaining("one JSON object") }]);
  });

  it("have a JSON Schema in which each says what it is", () => {
    const { properties = {}, required } = z.toJSONSchema(blueprint.inputs, { io: "input" });
    for (const [name, property] of Object.entries(properties))
      expect([name, property]).toEqual([name, expect.objectContaining({ description: expect.any(String) })]);
    expect(required).toEqual(["games"]);
  });
});
