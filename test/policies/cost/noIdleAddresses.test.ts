import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "cost-no-idle-addresses");
const address = (inputs: object = {}) => known("aws:ec2/eip:Eip", "address", { domain: "vpc", ...inputs });
const nat = (allocationId: unknown, sources: readonly string[] = []) =>
  known("aws:ec2/natGateway:NatGateway", "nat", { allocationId }, { propertyDependencies: { allocationId: sources } });
const fault = ["address: nothing uses the address"];

it("asks for a use of each address", () => {
  expect(judge([address()])).toEqual(fault);
  expect(judge([address({ instance: "i-1" })])).toEqual([]);
  expect(judge([address(), nat("address-id")])).toEqual([]);
  expect(judge([address(), nat("another")])).toEqual(fault);
  const mapping = { propertyDependencies: { subnetMappings: [address().urn] } };
  expect(
    judge([address(), known("aws:lb/loadBalancer:LoadBalancer", "door", { subnetMappings: [] }, mapping)]),
  ).toEqual([]);
});

it("knows in a preview what an allocation was computed from, and waits where it cannot", () => {
  expect(judge([address(), nat(UNKNOWN, [address().urn])])).toEqual([]);
  expect(judge([address(), nat(UNKNOWN)])).toEqual(["nat: unknown"]);
});
