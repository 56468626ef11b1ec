import { describe, expect, it } from "vitest";
import { catalog, checkInputs } from "../../../programs/catalog.ts";

const regions = ["eu-west-1", "us-east-1"];
const addresses = { regions };
const gateways = { "eu-west-1": "tgw-0123456789abcdef0", "us-east-1": "tgw-0123456789abcdef1" };
const pair = { from: "us-east-1", to: "eu-west-1" };
const attachmentId = "tgw-attach-0123456789abcdef0";
const blocks = (own: Readonly<Record<string, unknown>>) => ({ addresses: { regions, blocks: own } });
const peered = (...peerings: unknown[]) => ({ addresses, transit: { gateways, peerings } });

/** What the schema says of inputs: pointer and message of each problem. */
function problemsOf(inputs: unknown): readonly string[] {
  const checked = checkInputs(catalog.blueprints.network, inputs);
  return checked.ok ? [] : checked.problems.map(({ pointer, message }) => `${pointer}: ${message}`);
}

describe("the inputs of network", () => {
  it("need nothing but the regions, and are closed by default", () => {
    const checked = checkInputs(catalog.blueprints.network, { addresses });
    expect(checked).toMatchObject({
      ok: true,
      inputs: {
        zones: 3,
        ipv6: false,
        interfaceEndpoints: [],
        gatewayEndpoints: ["s3", "dynamodb"],
        logRetentionDays: 365,
      },
    });
    expect(checked.ok && checked.inputs).not.toHaveProperty("transit");
  });

  it.each([
    ["a full plan", { addresses: { supernet: "10.0.0.0/15", regions } }],
    ["a block of a region's own", blocks({ "us-east-1": "192.168.0.0/20" })],
    [
      "a region beyond the supernet's room that has its own block",
      { addresses: { supernet: "10.0.0.0/16", regions, blocks: { "us-east-1": "10.9.0.0/16" } } },
    ],
    ["a gateway and no peers", { addresses, transit: {} }],
    ["a peering that is only asked for", peered(pair)],
    ["a peering that is answered", peered({ ...pair, attachmentId })],
  ])("may be %s", (_, inputs) => expect(problemsOf(inputs)).toEqual([]));

  it.each([
    ["no object", 7, /^: give one JSON object of inputs/],
    ["no regions", {}, /^\/addresses: give an object such as/],
    ["an empty list", { addresses: { regions: [] } }, /^\/addresses\/regions: name at least one region/],
    [
      "a region that is none",
      { addresses: { regions: ["Ireland"] } },
      /^\/addresses\/regions\/0: give a region such as/,
    ],
    [
      "a region twice",
      { addresses: { regions: ["eu-west-1", "eu-west-1"] } },
      /^\/addresses\/regions\/1: name eu-west-1 once/,
    ],
    [
      "a public supernet",
      { addresses: { regions, supernet: "8.0.0.0/8" } },
      /^\/addresses\/supernet: give a private IPv4 block/,
    ],
    [
      "too small a supernet",
      { addresses: { regions, supernet: "10.0.0.0/16" } },
      /^\/addresses\/regions\/1: 10\.0\.0\.0\/16 has room for 1 regions/,
    ],
    ["too long a prefix", { addresses: { regions, prefix: 24 } }, /^\/addresses\/prefix: .* from 16 to 20/],
    [
      "a block of no region",
      blocks({ "ap-south-1": "10.1.0.0/16" }),
      /^\/addresses\/blocks\/ap-south-1: append ap-south-1/,
    ],
    [
      "a block too small for the zones",
      blocks({ "eu-west-1": "10.1.0.0/24" }),
      /^\/addresses\/blocks\/eu-west-1: .* \/16 to \/20/,
    ],
    [
      "blocks that overlap",
      blocks({ "us-east-1": "10.64.16.0/20" }),
      /^\/addresses\/blocks\/us-east-1: .* overlaps with that of eu-west-1, 10\.64\.0\.0\/16/,
    ],
    ["one zone", { addresses, zones: 1 }, /^\/zones: give the availability zones as a whole number from 2 to 4/],
    [
      "an endpoint of a service there is not",
      { addresses, interfaceEndpoints: ["mail"] },
      /^\/interfaceEndpoints\/0: give services out of/,
    ],
    ["an endpoint twice", { addresses, interfaceEndpoints: ["kms", "kms"] }, /^\/interfaceEndpoints\/1: name kms once/],
    [
      "a gateway that is none",
      { addresses, transit: { gateways: { "eu-west-1": "vpc-1" } } },
      /^\/transit\/gateways\/eu-west-1: give a transit gateway's id/,
    ],
    [
      "a gateway outside the plan",
      { addresses, transit: { gateways: { "sa-east-1": gateways["eu-west-1"] } } },
      /^\/transit\/gateways\/sa-east-1: append/,
    ],
    [
      "a peering outside the plan",
      peered({ ...pair, from: "sa-east-1" }),
      /^\/transit\/peerings\/0\/from: append sa-east-1/,
    ],
    [
      "a peering with itself",
      peered({ from: "eu-west-1", to: "eu-west-1" }),
      /^\/transit\/peerings\/0\/to: name another region/,
    ],
    [
      "the same peering from the other side",
      peered(pair, { from: pair.to, to: pair.from }),
      /^\/transit\/peerings\/1: take it out/,
    ],
    [
      "a peering whose other gateway is not named",
      { addresses, transit: { peerings: [pair] } },
      /^\/transit\/peerings\/0\/to: give the transit gateway of eu-west-1/,
    ],
    [
      "an attachment that is none",
      peered({ ...pair, attachmentId: "x" }),
      /^\/transit\/peerings\/0\/attachmentId: give a peering attachment's id/,
    ],
    ["an input there is not", { addresses, natGateways: 1 }, /^\/natGateways: take out "natGateways"/],
  ])("are refused with %s, and told what to give", (_, inputs, problem) => {
    expect(problemsOf(inputs)).toContainEqual(expect.stringMatching(problem));
  });

  it("are refused with one attachment for two pairs", () => {
    const three = [...regions, "sa-east-1"];
    const transit = {
      gateways: { ...gateways, "sa-east-1": "tgw-0123456789abcdef2" },
      peerings: [
        { ...pair, attachmentId },
        { from: "sa-east-1", to: "eu-west-1", attachmentId },
      ],
    };
    expect(problemsOf({ addresses: { regions: three }, transit })).toEqual([
      expect.stringMatching(/^\/transit\/peerings\/1\/attachmentId: give the attachment of this pair/),
    ]);
  });
});
