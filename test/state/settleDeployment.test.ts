import { expect, test } from "vitest";
import type { Resource, StoredDeployment } from "../../api/state/deployments/deployment.ts";
import { settleDeployment } from "../../api/state/pendingCreates/settleDeployment.ts";

const manifest = { time: "2026-11-21T12:00:00Z", magic: "m", version: "v3.259.0" };
const urnOf = (name: string, type = "aws:ec2/vpc:Vpc") => `urn:pulumi:dev::game::${type}::${name}`;
const provider: Resource = {
  urn: urnOf("default", "pulumi:providers:aws"),
  type: "pulumi:providers:aws",
  custom: true,
  id: "p-1",
};
const resource = (name: string, more: Partial<Resource> = {}): Resource => ({
  urn: urnOf(name),
  type: "aws:ec2/vpc:Vpc",
  custom: true,
  id: `id-of-${name}`,
  provider: `${provider.urn}::p-1`,
  ...more,
});
const pending = (name: string, more: Partial<Resource> = {}) => {
  const { id: _, ...state } = resource(name, { inputs: { size: 1 }, ...more });
  return { type: "creating" as const, resource: state };
};
const stored = (
  resources: readonly Resource[],
  pending_operations: StoredDeployment["deployment"]["pending_operations"] = [],
): StoredDeployment => ({ version: 3, deployment: { manifest, resources, pending_operations } });
const idsOf = (settled: StoredDeployment | undefined) => settled?.deployment.resources?.map(({ id }) => id);

test("an adopted resource stands behind what it depends on, and asks to be read before the next update", () => {
  const before = stored(
    [provider, resource("network"), resource("other")],
    [pending("made", { dependencies: [urnOf("network")] })],
  );
  const settled = settleDeployment(before, [{ urn: urnOf("made"), id: "vpc-1" }]);
  expect(idsOf(settled)).toEqual(["p-1", "id-of-network", "vpc-1", "id-of-other"]);
  expect(settled?.deployment.resources?.[2]).toMatchObject({ refreshBeforeUpdate: true, inputs: { size: 1 } });
  expect(settled).toMatchObject({ version: 4, features: ["refreshBeforeUpdate"] });
  expect(settled?.deployment.pending_operations).toBeUndefined();
});

test("what was never made is forgotten; what is not settled, and what is no create, stays pending", () => {
  const updating = { type: "updating" as const, resource: resource("kept") };
  const before = stored([provider, resource("kept")], [pending("never"), pending("open"), updating]);
  const settled = settleDeployment(before, [{ urn: urnOf("never"), id: undefined }]);
  expect(idsOf(settled)).toEqual(["p-1", "id-of-kept"]);
  expect(settled?.deployment.pending_operations).toEqual([pending("open"), updating]);
  expect(settled?.version).toBe(3);
});

test("what an adopted resource replaces is marked for deletion, also under an older name", () => {
  const made = [{ urn: urnOf("made"), id: "vpc-2" }];
  const before = stored([provider, resource("made", { id: "vpc-1" })], [pending("made")]);
  const settled = settleDeployment(before, made)?.deployment.resources;
  expect(settled).toMatchObject([{}, { id: "vpc-2" }, { id: "vpc-1", delete: true }]);
  const renamed = stored(
    [provider, resource("older", { id: "vpc-1" })],
    [pending("made", { aliases: [urnOf("older")] })],
  );
  expect(settleDeployment(renamed, made)?.deployment.resources).toMatchObject([
    {},
    { id: "vpc-2" },
    { id: "vpc-1", delete: true },
  ]);
});

test("what was deleted before it was to be made again is gone when the new one is adopted, and stays when it was never made", () => {
  const before = stored([provider, resource("made", { id: "vpc-1", pendingReplacement: true })], [pending("made")]);
  expect(idsOf(settleDeployment(before, [{ urn: urnOf("made"), id: "vpc-2" }]))).toEqual(["p-1", "vpc-2"]);
  expect(idsOf(settleDeployment(before, [{ urn: urnOf("made"), id: undefined }]))).toEqual(["p-1", "vpc-1"]);
});

test("what an earlier replacement has left for deletion is not touched", () => {
  const before = stored([provider, resource("made", { id: "vpc-0", delete: true })], [pending("made")]);
  expect(idsOf(settleDeployment(before, [{ urn: urnOf("made"), id: "vpc-1" }]))).toEqual(["p-1", "vpc-1", "vpc-0"]);
});

test.each([
  ["a parent", { parent: urnOf("gone") }],
  ["a dependency", { dependencies: [urnOf("gone")] }],
  ["the source of a property", { propertyDependencies: { vpcId: [urnOf("gone")] } }],
  ["a provider", { provider: `${provider.urn}::p-2` }],
])("an adopted resource without %s in the state has no place in it", (_what, more) => {
  const before = stored([provider], [pending("made", more)]);
  expect(settleDeployment(before, [{ urn: urnOf("made"), id: "vpc-1" }])).toBeUndefined();
});

test("several are adopted in one go, one depending on the other's replaced namesake included", () => {
  const before = stored(
    [provider, resource("a", { id: "old-a" }), resource("b")],
    [pending("a"), pending("c", { dependencies: [urnOf("b")] })],
  );
  const settled = settleDeployment(before, [
    { urn: urnOf("a"), id: "new-a" },
    { urn: urnOf("c"), id: "new-c" },
  ]);
  expect(idsOf(settled)).toEqual(["p-1", "new-a", "old-a", "id-of-b", "new-c"]);
});
