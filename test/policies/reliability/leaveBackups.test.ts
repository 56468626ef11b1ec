import { describe, expect, it } from "vitest";
import { type JudgeContext, judgeDeletion, judgeResource } from "../../../policies/index.ts";
import { deleted } from "../support/deleted.ts";

const own: JudgeContext = { environment: "production", project: "game", stack: "dev", phase: "up" };
const context: JudgeContext = { ...own, target: "live" };
const said = (type: string, inputs: Record<string, unknown>, outputs: Record<string, unknown> = {}) =>
  judgeDeletion(deleted(type, { inputs, outputs }), context);
const refusal = (by: string) => [
  expect.objectContaining({
    policy: "reliability-leave-backups",
    level: "mandatory",
    outcome: "fail",
    message: `nothing is left of it: it would be by ${by}`,
  }),
];

describe("reliability-leave-backups", () => {
  it.each([
    ["a database", "aws:rds/instance:Instance", { finalSnapshotIdentifier: "last" }, { skipFinalSnapshot: true }],
    ["a cluster of databases", "aws:rds/cluster:Cluster", {}, { skipFinalSnapshot: "true" }],
    ["a document store", "aws:docdb/cluster:Cluster", {}, { skipFinalSnapshot: true }],
    ["a graph", "aws:neptune/cluster:Cluster", {}, { skipFinalSnapshot: true }],
    ["a warehouse", "aws:redshift/cluster:Cluster", {}, { skipFinalSnapshot: true }],
  ])("lets %s go that makes a last snapshot, and keeps one that does not", (_, type, good, bad) => {
    expect(said(type, good)).toEqual([]);
    expect(said(type, bad)).toHaveLength(1);
  });

  it("keeps a table without point-in-time recovery, and knows it from the outputs too", () => {
    const type = "aws:dynamodb/table:Table";
    expect(said(type, { pointInTimeRecovery: { enabled: true } })).toEqual([]);
    expect(said(type, {}, { pointInTimeRecovery: { enabled: true } })).toEqual([]);
    expect(said(type, {})).toEqual(refusal("pointInTimeRecovery.enabled"));
    expect(said(type, { pointInTimeRecovery: { enabled: false } })).toEqual(refusal("pointInTimeRecovery.enabled"));
  });

  it("keeps volumes and file systems of which nothing would be left, and buckets that are emptied by force", () => {
    expect(said("aws:ebs/volume:Volume", { finalSnapshot: true })).toEqual([]);
    expect(said("aws:ebs/volume:Volume", {})).toEqual(refusal("finalSnapshot"));
    expect(said("aws:efs/fileSystem:FileSystem", {})).toEqual(refusal("nothing of its own"));
    expect(said("aws:s3/bucket:Bucket", {})).toEqual([]);
    expect(said("aws:s3/bucketV2:BucketV2", { forceDestroy: true })).toEqual(refusal("forceDestroy false"));
  });

  it("lets a replica go, for its source stays", () => {
    expect(said("aws:rds/instance:Instance", { skipFinalSnapshot: true, replicateSourceDb: "main" })).toEqual([]);
  });

  it("judges a replacement as the deletion that is in it, and no other environment nor a stack of no target", () => {
    const volume = deleted("aws:ebs/volume:Volume", { inputs: { encrypted: true } });
    const verdicts = judgeResource({ ...volume, step: "replace", inputs: { encrypted: true } }, context);
    expect(verdicts).toContainEqual(refusal("finalSnapshot")[0]);
    expect(judgeDeletion(volume, { ...context, environment: "development" })).toEqual([]);
    expect(judgeDeletion(volume, own)).toEqual([]);
  });
});
