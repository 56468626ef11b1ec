import { expect, it } from "vitest";
import { judgeResource } from "../../../policies/index.ts";
import { clusterWork } from "../fixtures/clusterWork.ts";
import { describeRule } from "../support/describeRule.ts";
import { contextFor, judged, type RuleFixture } from "../support/ruleFixture.ts";

describeRule(clusterWork.keepVolumes);

it("says so of volumes that go when the set is deleted, in production", () => {
  const spec = { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } };
  const set: RuleFixture = {
    policy: "kubernetes-keep-volumes",
    type: "kubernetes:apps/v1:StatefulSet",
    inputs: { spec },
    spoiled: {},
  };
  const verdict = expect.objectContaining({
    message: "spec.persistentVolumeClaimRetentionPolicy.whenDeleted deletes the volumes",
  });
  expect(judgeResource(judged(set), contextFor(set))).toContainEqual(verdict);
  expect(judgeResource(judged(set), { ...contextFor(set), environment: "staging" })).not.toContainEqual(verdict);
});
