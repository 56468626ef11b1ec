import { expect, test } from "vitest";
import type { ReadResource } from "../../api/inventory/cloudListing.ts";
import { changedProperties, keepingSecrets } from "../../api/recovery/changedProperties.ts";
import { compare, type StateResource } from "../../api/recovery/divergence.ts";
import { type EditedResource, settledState } from "../../api/recovery/settledState.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({
  [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const sealed = { [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "AAAA" };
const urnOf = (type: string, name: string) => `urn:pulumi:prod::shop::${type}::${name}`;
const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const packages = new Set(["aws", "kubernetes"]);

const inState = (name: string, more: Partial<StateResource> = {}): StateResource => ({
  urn: urnOf(VPC, name),
  type: VPC,
  custom: true,
  id: `vpc-${name}`,
  inputs: { cidrBlock: "10.0.0.0/16" },
  outputs: { arn: `arn:${name}` },
  ...more,
});
const inCloud = (name: string, more: Partial<ReadResource> = {}): ReadResource => ({
  urn: urnOf(VPC, name),
  type: VPC,
  id: `vpc-${name}`,
  account: "000000000000",
  region: "eu-west-1",
  handle: `res_${name}`,
  inputs: { cidrBlock: "10.0.0.0/16" },
  outputs: { arn: `arn:${name}` },
  ...more,
});
const state = (...resources: StateResource[]) => ({ stackId: "s1", resources, pending: [] });
const listed = (found: ReturnType<typeof compare>) =>
  found.map(({ kind, cloudId, stackId }) => `${kind} ${cloudId} ${stackId}`);

test("what both have in the same way is no divergence", () => {
  expect(compare({ states: [state(inState("a"))], cloud: [inCloud("a")], packages })).toEqual([]);
});

test.each([
  ["only in the cloud", state(), [inCloud("a")], ["in-cloud vpc-a s1"]],
  ["only in the state", state(inState("a")), [], ["in-state vpc-a s1"]],
  ["of another id", state(inState("a")), [inCloud("a", { id: "vpc-b" })], ["in-state vpc-a s1", "in-cloud vpc-b s1"]],
  ["with another input", state(inState("a")), [inCloud("a", { inputs: {} })], ["changed vpc-a s1"]],
])("what is %s is listed", (_what, known, cloud, expected) => {
  expect(listed(compare({ states: [known], cloud, packages }))).toEqual(expected);
});

test.each([
  ["a component", { custom: false }],
  ["what a program only reads", { external: true }],
  ["a random value", { type: "random:index/randomPassword:RandomPassword" }],
  ["a provider", { type: "pulumi:providers:aws" }],
  ["what has no id yet", { id: "" }],
])("%s is not looked for in the cloud", (_what, more) => {
  expect(compare({ states: [state(inState("a", more))], cloud: [], packages })).toEqual([]);
});

test("a create that was under way is in the cloud, or was never made", () => {
  const pending = [
    { urn: urnOf(VPC, "a"), type: VPC },
    { urn: urnOf(VPC, "b"), type: VPC },
  ];
  const found = compare({ states: [{ ...state(), pending }], cloud: [inCloud("a")], packages });
  expect(listed(found)).toEqual(["in-cloud vpc-a s1", "never-made  s1"]);
});

test("of two teams' stacks of one name, each keeps its own, and whose the rest is cannot be told", () => {
  const states = [state(inState("a")), { ...state(inState("b")), stackId: "s2" }];
  const found = compare({ states, cloud: [inCloud("a"), inCloud("b"), inCloud("c")], packages });
  expect(listed(found)).toEqual(["in-cloud vpc-c undefined"]);
});

test("a secret is compared by its value, one that cannot be opened counts as the same, and null as absent", () => {
  const changed = (inputs: Record<string, unknown>, found: Record<string, unknown>) =>
    changedProperties({ inputs }, { inputs: found });
  expect(changed({ key: secret("s") }, { key: "s" })).toEqual([]);
  expect(changed({ key: secret("s") }, { key: secret("t") })).toEqual(["inputs.key"]);
  expect(changed({ key: sealed }, { key: "s" })).toEqual([]);
  expect(changed({ key: null, list: [1, { a: 2 }] }, { list: [1, { a: 2 }] })).toEqual([]);
  expect(changed({ list: [1, 2] }, { list: [2, 1] })).toEqual(["inputs.list"]);
});

test("what was a secret in the state stays one, at any depth", () => {
  const kept = keepingSecrets({ a: secret("x"), b: { c: [secret(1)] } }, { a: "y", b: { c: [2] }, d: "open" });
  expect(kept).toEqual({ a: secret("y"), b: { c: [secret(2)] }, d: "open" });
});

const root: EditedResource = {
  urn: urnOf("pulumi:pulumi:Stack", "shop-prod"),
  type: "pulumi:pulumi:Stack",
  custom: false,
};
const provider: EditedResource = {
  urn: urnOf("pulumi:providers:aws", "default_7_48_0"),
  type: "pulumi:providers:aws",
  custom: true,
  id: "p1",
  inputs: { region: "eu-west-1" },
};
const own = (name: string, more: Partial<EditedResource> = {}): EditedResource => ({
  ...inState(name),
  parent: root.urn,
  provider: `${provider.urn}::p1`,
  ...more,
});
const subnet = inCloud("sub", {
  urn: urnOf(SUBNET, "sub"),
  type: SUBNET,
  id: "subnet-1",
  inputs: { vpcId: "vpc-new" },
});

test("what is brought in has the provider of its region, its parent, and the dependencies that its inputs name", () => {
  const { resources } = settledState({ resources: [root, provider] }, [
    { kind: "bring-in", found: subnet },
    { kind: "bring-in", found: inCloud("new") },
  ]);
  expect(resources?.map(({ id, type }) => id ?? type)).toEqual(["pulumi:pulumi:Stack", "p1", "vpc-new", "subnet-1"]);
  expect(resources?.at(-1)).toMatchObject({
    custom: true,
    parent: root.urn,
    provider: `${provider.urn}::p1`,
    dependencies: [urnOf(VPC, "new")],
  });
});

test("a stack that was not known gets a root and a default provider of the region", () => {
  const { resources = [] } = settledState({ resources: [] as EditedResource[] }, [
    { kind: "bring-in", found: inCloud("a") },
  ]);
  expect(resources.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack", "pulumi:providers:aws", VPC]);
  expect(resources[1]).toMatchObject({
    urn: urnOf("pulumi:providers:aws", "default"),
    inputs: { region: "eu-west-1" },
  });
});

test("what needs a provider that cannot be made up is refused by its name", () => {
  const pod = inCloud("p", {
    urn: urnOf("kubernetes:core/v1:Pod", "p"),
    type: "kubernetes:core/v1:Pod",
    id: "default/p",
  });
  const adopt = () => settledState({ resources: [root] }, [{ kind: "bring-in", found: pod }]);
  expect(adopt).toThrow(/no provider pulumi:providers:kubernetes .*kubernetes:core\/v1:Pod::p/);
});

test("a create that was under way keeps what its program said of it, and is pending no more", () => {
  const begun = own("a", { inputs: { cidrBlock: secret("10.0.0.0/16") }, protect: true });
  const edited = settledState(
    { resources: [root, provider], pending_operations: [{ type: "creating", resource: begun }] },
    [{ kind: "bring-in", found: inCloud("a") }],
  );
  expect(edited.pending_operations).toEqual([]);
  expect(edited.resources?.at(-1)).toMatchObject({
    id: "vpc-a",
    protect: true,
    inputs: { cidrBlock: secret("10.0.0.0/16") },
  });
});

test("what is taken out is referred to by nobody any more", () => {
  const child = own("b", {
    parent: urnOf(VPC, "a"),
    dependencies: [urnOf(VPC, "a"), root.urn],
    propertyDependencies: { vpcId: [urnOf(VPC, "a")] },
    deletedWith: urnOf(VPC, "a"),
  });
  const { resources } = settledState({ resources: [root, provider, own("a"), child] }, [
    { kind: "take-out", urn: urnOf(VPC, "a"), id: "vpc-a" },
  ]);
  expect(resources).toHaveLength(3);
  expect(JSON.stringify(resources)).not.toContain(urnOf(VPC, "a"));
  expect(resources?.at(-1)).toMatchObject({ dependencies: [root.urn], propertyDependencies: { vpcId: [] } });
});

test("of two resources under one URN only the one that has gone is taken out", () => {
  const { resources } = settledState({ resources: [own("a"), own("a", { id: "vpc-old", delete: true })] }, [
    { kind: "take-out", urn: urnOf(VPC, "a"), id: "vpc-old" },
  ]);
  expect(resources?.map(({ id }) => id)).toEqual(["vpc-a"]);
});

test("what was changed takes the cloud's properties and keeps everything else", () => {
  const found = inCloud("a", { inputs: { cidrBlock: "10.9.0.0/16" }, outputs: { arn: "arn:b" } });
  const { resources } = settledState({ resources: [root, own("a", { protect: true })] }, [
    { kind: "take-over", found },
  ]);
  expect(resources?.at(-1)).toMatchObject({
    protect: true,
    inputs: { cidrBlock: "10.9.0.0/16" },
    outputs: { arn: "arn:b" },
  });
});
