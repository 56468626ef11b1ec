import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "cost-use-gateway-endpoints");
const vpc = known("aws:ec2/vpc:Vpc", "network", {});
const nat = known("aws:ec2/natGateway:NatGateway", "nat", {});
const endpoint = (service: string, inputs: object = {}) =>
  known("aws:ec2/vpcEndpoint:VpcEndpoint", service, {
    vpcId: "network-id",
    vpcEndpointType: "Gateway",
    serviceName: `com.amazonaws.eu-west-1.${service}`,
    ...inputs,
  });
const both = [endpoint("s3"), endpoint("dynamodb")];

it("asks for both endpoints where a NAT gateway is", () => {
  expect(judge([vpc, nat, ...both])).toEqual([]);
  expect(judge([vpc])).toEqual([]);
  expect(judge([vpc, nat])).toEqual(["network: no gateway endpoint leads to s3 and dynamodb"]);
  expect(judge([vpc, nat, endpoint("s3")])).toEqual(["network: no gateway endpoint leads to dynamodb"]);
});

it("counts no endpoint that is paid for by the hour, nor one of another network", () => {
  const fault = ["network: no gateway endpoint leads to s3"];
  expect(judge([vpc, nat, endpoint("s3", { vpcEndpointType: "Interface" }), endpoint("dynamodb")])).toEqual(fault);
  expect(judge([vpc, nat, endpoint("s3", { vpcId: "another" }), endpoint("dynamodb")])).toEqual(fault);
});

it("waits for an endpoint whose network is not known yet", () => {
  expect(judge([vpc, nat, endpoint("s3", { vpcId: UNKNOWN }), endpoint("dynamodb")])).toEqual(["s3: unknown"]);
});
