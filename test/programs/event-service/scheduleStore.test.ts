import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeOfStore, sharedTableName } from "../../../programs/event-service/scheduleStore.ts";
import { development, recordAnew, recordBlueprint } from "../recordedStack.ts";

const blueprint = "event-service";
const TABLE = "aws:dynamodb/table:Table";
const scheduleStore = { homeRegion: "eu-west-1", replicaRegions: ["us-east-1", "ap-south-1"] };
const record = (region: string, store: unknown = scheduleStore) =>
  recordBlueprint({ blueprint, inputs: { scheduleStore: store }, placement: { ...development, region } });

describe("the schedule store", () => {
  it("is made by the home region's stack with an encrypted replica in each other region, and by no other stack", async () => {
    const home = await record("eu-west-1");
    const table = home.resources.find(({ name }) => name === "schedule-table");
    expect(table?.inputs).toMatchObject({
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: "arn:aws:mock:encryption-key" },
      replicas: scheduleStore.replicaRegions.map((regionName) => ({
        regionName,
        kmsKeyArn: `arn:aws:mock:schedule-key-${regionName}`,
        pointInTimeRecovery: true,
      })),
    });
    const keys = home.resources.filter(({ type }) => type === "aws:kms/key:Key").map(({ inputs }) => inputs["region"]);
    expect(keys.filter((region) => region !== undefined)).toEqual(scheduleStore.replicaRegions);
    const away = await record("us-east-1");
    expect(away.resources.filter(({ type }) => type === TABLE).map(({ name }) => name)).toEqual(["connections-table"]);
    expect(away.outputs["scheduleTableName"]).toBe(home.outputs["scheduleTableName"]);
  });

  it("is planned for in every region, and heard where it is made", async () => {
    for (const [region, mappings] of [
      ["eu-west-1", ["plan-changes", "run-work"]],
      ["us-east-1", ["run-work"]],
    ] as const) {
      const { resources } = await record(region);
      expect(resources.filter(({ type }) => type === "aws:scheduler/schedule:Schedule")).toHaveLength(1);
      const made = resources.filter(({ type }) => type === "aws:lambda/eventSourceMapping:EventSourceMapping");
      expect(made.map(({ name }) => name).sort()).toEqual(mappings);
    }
  });

  it("is one for each region where no home is named", async () => {
    const { resources } = await record("us-east-1", {});
    const table = resources.find(({ name }) => name === "schedule-table");
    expect(table?.inputs["replicas"]).toEqual([]);
    expect(table?.inputs["name"]).toBe("launch-schedule-0a1b2c3d");
  });

  it("refuses a region that the inputs leave out, and says what to add", async () => {
    const placement = { ...development, region: "ca-central-1" };
    const attempt = recordAnew({ blueprint, inputs: { scheduleStore }, placement });
    await expect(attempt).rejects.toThrow("/scheduleStore/replicaRegions: add ca-central-1");
  });

  it("has a part for each region that is named and for no other", () => {
    const region = fc.constantFrom("eu-west-1", "us-east-1", "ap-south-1", "ca-central-1");
    fc.assert(
      fc.property(region, fc.uniqueArray(region), region, (homeRegion, replicas, here) => {
        const part = placeOfStore({ homeRegion, replicaRegions: replicas.filter((each) => each !== homeRegion) }, here);
        expect(part).toBe(here === homeRegion ? "home" : replicas.includes(here) ? "replica" : undefined);
        expect(placeOfStore({ replicaRegions: [] }, here)).toBe("own");
      }),
    );
  });

  it("has a name to which every region comes by itself, and that no other team, target or home has", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/);
    fc.assert(
      fc.property(name, name, name, (stackSet, owner, target) => {
        const here = { ...development, stackSet, owner, target };
        const named = sharedTableName(here, "eu-west-1");
        expect(named).toBe(sharedTableName({ ...here, region: "us-east-1" }, "eu-west-1"));
        expect(named).toMatch(/^[a-z][a-z0-9-]{2,63}$/);
        const others = [
          sharedTableName({ ...here, owner: `${owner}x` }, "eu-west-1"),
          sharedTableName({ ...here, target: `${target}x` }, "eu-west-1"),
          sharedTableName(here, "us-east-1"),
        ];
        expect(others).not.toContain(named);
      }),
    );
  });
});
