import { expect, it } from "vitest";
import { type Properties, UNKNOWN } from "../../../policies/index.ts";
import { subnets } from "../fixtures/network.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "reliability-spread-machines");
const nodes = (name: string, subnetIds: unknown, clusterName: unknown = "game") =>
  known("aws:eks/nodeGroup:NodeGroup", name, { clusterName, subnetIds });
const machines = (name: string, inputs: Properties) => known("aws:autoscaling/group:Group", name, inputs);

it("refuses nodes in one zone, by one subnet or by two", () => {
  expect(judge([...subnets, nodes("one", ["a-id"])])).toEqual(["one: subnetIds names one place only"]);
  expect(judge([...subnets, nodes("one", ["a-id", "a2-id"])])).toEqual([
    "one: subnetIds names places of one zone only",
  ]);
  expect(judge([...subnets, nodes("one", ["a-id", "b-id"])])).toEqual([]);
});

it("lets a group for each zone be, as nodes with volumes need them", () => {
  expect(judge([...subnets, nodes("one", ["a-id"]), nodes("two", ["b-id"])])).toEqual([]);
  const zones = [
    machines("one", { availabilityZones: ["eu-west-1a"] }),
    machines("two", { availabilityZones: ["eu-west-1b"] }),
  ];
  expect(judge(zones)).toEqual([]);
  expect(judge([...subnets, machines("one", { vpcZoneIdentifiers: ["a-id"] })])).toEqual([
    "one: vpcZoneIdentifiers names one place only",
  ]);
});

it("refuses groups that are in one zone together, and each by its name", () => {
  const fault = "subnetIds names places of one zone only, as do the groups beside it";
  expect(judge([...subnets, nodes("one", ["a-id"]), nodes("two", ["a2-id"])])).toEqual([
    `one: ${fault}`,
    `two: ${fault}`,
  ]);
});

it("lets no other cluster's nodes stand for a cluster's own", () => {
  expect(judge([...subnets, nodes("one", ["a-id"]), nodes("two", ["b-id"], "other")])).toEqual([
    "one: subnetIds names one place only",
    "two: subnetIds names one place only",
  ]);
});

it("lets be what may lie in a second zone", () => {
  expect(judge([...subnets, nodes("one", ["a-id", "foreign-id"])])).toEqual([]);
  expect(judge([...subnets, machines("one", { vpcZoneIdentifiers: ["a-id"] }), machines("two", {})])).toEqual([]);
});

it("does not know while the subnets are not known", () => {
  expect(judge([...subnets, nodes("one", [UNKNOWN])])).toEqual(["one: unknown"]);
});

it("asks in production alone", () => {
  for (const environment of ["development", "staging"] as const)
    expect(judge([...subnets, nodes("one", ["a-id"])], { environment })).toEqual([]);
});
