import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "reliability-keep-cluster-members");
const cluster = known("aws:rds/cluster:Cluster", "profiles", {});
const member = (name: string, clusterIdentifier: unknown = "profiles-id") =>
  known("aws:rds/clusterInstance:ClusterInstance", name, { clusterIdentifier });
const fault = ["profiles: it has a single member"];

it("asks for two members in production", () => {
  expect(judge([cluster, member("first")])).toEqual(fault);
  expect(judge([cluster, member("first"), member("second")])).toEqual([]);
  expect(judge([cluster, member("first"), member("second", "another")])).toEqual(fault);
  expect(judge([cluster, member("first")], { environment: "development" })).toEqual([]);
});

it("says nothing of a cluster whose members are not here", () => {
  expect(judge([cluster])).toEqual([]);
});

it("waits for a member that may be of this cluster", () => {
  expect(judge([cluster, member("first"), member("second", UNKNOWN)])).toEqual(["second: unknown"]);
  expect(judge([cluster, member("first", UNKNOWN)])).toEqual(["first: unknown"]);
});
