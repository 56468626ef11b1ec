import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planDelivery, shardLimits, shardsFor } from "../../../programs/telemetry/capacity.ts";
import {
  failedPrefix,
  mostPartitions,
  partitionQuery,
  partitionsADay,
  projection,
  recordPrefix,
} from "../../../programs/telemetry/partitions.ts";

const load = fc.record({
  recordsPerSecond: fc.integer({ min: 1, max: 10_000_000 }),
  recordBytes: fc.integer({ min: 32, max: 1_024_000 }),
  headroomPercent: fc.integer({ min: 5, max: 200 }),
});
const buffering = fc.record({
  bufferSeconds: fc.integer({ min: 60, max: 900 }),
  bufferMiB: fc.integer({ min: 64, max: 128 }),
});
const names = (max: number) =>
  fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{1,10}$/), { minLength: 1, maxLength: max });
const known = fc.record({ games: names(8), regions: names(8) });

describe("the shards of a provisioned stream", () => {
  it("take the busiest second with its headroom, by records and by bytes, and one less would not", () => {
    fc.assert(
      fc.property(load, (asked) => {
        const shards = shardsFor(asked);
        const records = (asked.recordsPerSecond * (100 + asked.headroomPercent)) / 100;
        const fits = (count: number) =>
          records <= count * shardLimits.recordsPerSecond &&
          records * asked.recordBytes <= count * shardLimits.bytesPerSecond;
        expect(fits(shards)).toBe(true);
        expect(shards === 1 || !fits(shards - 1)).toBe(true);
      }),
    );
  });

  it("are never fewer for more records, larger ones, or more headroom", () => {
    fc.assert(
      fc.property(load, fc.integer({ min: 0, max: 1000 }), (asked, more) => {
        const shards = shardsFor(asked);
        expect(shardsFor({ ...asked, recordsPerSecond: asked.recordsPerSecond + more })).toBeGreaterThanOrEqual(shards);
        expect(shardsFor({ ...asked, recordBytes: asked.recordBytes + more })).toBeGreaterThanOrEqual(shards);
        expect(shardsFor({ ...asked, headroomPercent: asked.headroomPercent + more })).toBeGreaterThanOrEqual(shards);
      }),
    );
  });

  it("are those one works out by hand", () => {
    expect(shardsFor({ recordsPerSecond: 1000, recordBytes: 1024, headroomPercent: 25 })).toBe(2);
    expect(shardsFor({ recordsPerSecond: 800, recordBytes: 100, headroomPercent: 25 })).toBe(1);
    expect(shardsFor({ recordsPerSecond: 100, recordBytes: 1_024_000, headroomPercent: 5 })).toBe(103);
  });
});

describe("the delivery's plan", () => {
  it("has no file larger than the buffer, and writes in a day no more than arrived at the busiest second all day", () => {
    fc.assert(
      fc.property(load, buffering, known, (asked, buffers, where) => {
        const plan = planDelivery(asked, buffers, where);
        expect(plan.fileMiB).toBeLessThanOrEqual(buffers.bufferMiB);
        const inFiles = (plan.filesADay * plan.fileMiB) / 1024;
        // Both figures are rounded to two places, and the last buffer of a day reaches into the next.
        expect(inFiles).toBeLessThanOrEqual(plan.gibADayAtPeak * 1.011 + (plan.filesADay * 0.005) / 1024 + 0.01);
      }),
    );
  });

  it("is what one works out by hand", () => {
    const one = { recordsPerSecond: 1024, recordBytes: 1024, headroomPercent: 25 };
    const where = { games: ["lifeverse"], regions: ["eu-west-1"] };
    expect(planDelivery(one, { bufferSeconds: 300, bufferMiB: 128 }, where)).toEqual({
      filesADay: 4 * 288,
      fileMiB: 75,
      gibADayAtPeak: 84.38,
    });
  });
});

/** What the jq program says of a record: a reading of it that knows only the form it has. */
function partitionOf(query: string, record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const parts = [...query.matchAll(/(\w+):\(\.(\w+)\|if (.+?) then \. else "(\w+)" end\)/g)];
  return Object.fromEntries(
    parts.map(([, name = "", key = "", tests = "", other]) => {
      const listed = [...tests.matchAll(/\.=="([^"]+)"/g)].map(([, value]) => value);
      return [name, listed.includes(String(record[key])) ? record[key] : other];
    }),
  );
}

describe("partitions", () => {
  it("are as many as the listed names allow, whatever records say", () => {
    fc.assert(
      fc.property(known, fc.array(fc.record({ game: fc.string(), region: fc.string() })), (where, records) => {
        const listed = where.games.flatMap((game) => where.regions.map((region) => ({ game, region })));
        const query = partitionQuery(where);
        const made = new Set([...records, ...listed].map((record) => JSON.stringify(partitionOf(query, record))));
        expect(made.size).toBeLessThanOrEqual(partitionsADay(where));
        for (const record of listed) expect(partitionOf(query, record)).toEqual(record);
      }),
    );
  });

  it("are laid where the catalogue looks for them", () => {
    const days = 400;
    const table = projection({ games: ["one", "two"], regions: ["eu-west-1"] }, "lake", days);
    const written = `s3://lake/${recordPrefix}`
      .replace("!{partitionKeyFromQuery:game}", `\${game}`)
      .replace("!{partitionKeyFromQuery:region}", `\${region}`)
      .replace("!{timestamp:yyyy-MM-dd}", `\${day}`);
    expect(table["storage.location.template"]).toBe(written);
    expect(table).toMatchObject({
      "projection.game.values": "one,two,unlisted",
      "projection.region.values": "eu-west-1,unlisted",
      "projection.day.range": "NOW-400DAYS,NOW",
      "projection.day.format": "yyyy-MM-dd",
    });
  });

  it("of what failed are apart from the records, and name the reason", () => {
    expect(failedPrefix.startsWith(recordPrefix.split("/")[0] ?? "")).toBe(false);
    expect(failedPrefix).toContain("!{firehose:error-output-type}");
    expect(mostPartitions).toBe(500);
  });
});
