import { expect, test } from "vitest";
import type { FoundCreate } from "../../api/inventory/inventory.ts";
import { fateOf, type LookedUpCreate, reachesCloud } from "../../api/operations/findingRules.ts";

const create: LookedUpCreate = {
  type: "aws:ec2/subnet:Subnet",
  custom: true,
  knownIds: ["subnet-known"],
  withinOwn: false,
  dated: true,
};
const found = (by: FoundCreate["by"], id = "subnet-1"): FoundCreate => ({
  by,
  id,
  urn: undefined,
  type: create.type,
  account: "000000000000",
  region: "eu-west-1",
});
const fate = (items: readonly FoundCreate[], changes: Partial<LookedUpCreate> = {}, underWay = false) =>
  fateOf({ ...create, ...changes }, { underWay, found: items });

test("what bears the mark, or the name, was made by the create", () => {
  expect(fate([found("mark")])).toEqual({ fate: "made", id: "subnet-1" });
  expect(fate([found("key")])).toEqual({ fate: "made", id: "subnet-1" });
});

test("what is only alike was made by it if it stands in something of this stack, and is else left to a person", () => {
  expect(fate([found("likeness")], { withinOwn: true })).toEqual({ fate: "made", id: "subnet-1" });
  expect(fate([found("likeness")])).toMatchObject({ fate: "undecided", why: expect.stringContaining("subnet-1") });
});

test("without knowing when it began, nothing but a mark proves anything", () => {
  expect(fate([found("mark")], { dated: false })).toMatchObject({ fate: "made" });
  expect(fate([found("key")], { dated: false })).toMatchObject({ fate: "undecided" });
  expect(fate([found("likeness")], { dated: false, withinOwn: true })).toMatchObject({ fate: "undecided" });
});

test("nothing found, or only what the state has already, as where it is to be replaced: it was never made", () => {
  expect(fate([])).toEqual({ fate: "never-made" });
  expect(fate([found("mark", "subnet-known")])).toEqual({ fate: "never-made" });
  expect(fate([found("mark", "subnet-known"), found("mark")])).toEqual({ fate: "made", id: "subnet-1" });
});

test("several that it may be are all named to a person", () => {
  const why = expect.stringContaining("subnet-1, subnet-2");
  expect(fate([found("mark"), found("mark", "subnet-2")])).toEqual({ fate: "undecided", why });
});

test("nothing is decided while a call may yet make it", () => {
  expect(fate([], {}, true)).toEqual({ fate: "under-way" });
  expect(fate([found("mark")], {}, true)).toEqual({ fate: "under-way" });
});

test("components, providers and random values are made in no cloud", () => {
  const reaches = (type: string, custom: boolean) => reachesCloud({ type, custom });
  expect(reaches("meridian:game-servers:Network", false)).toBe(false);
  expect(reaches("pulumi:providers:aws", true)).toBe(false);
  expect(reaches("random:index/randomId:RandomId", true)).toBe(false);
  expect(reaches("aws:ec2/vpc:Vpc", true)).toBe(true);
});
