import { describe, expect, it } from "vitest";
import { catalog, checkInputs } from "../../../programs/catalog.ts";
import { inventedOrigin } from "./origins.ts";

const ireland = inventedOrigin("eu-west-1");
const virginia = inventedOrigin("us-east-1");
const domain = { name: "play.example.com", hostedZoneId: "Z0123456789ABCDEF" };
const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b";
const two = { origins: [ireland, virginia] };
const switched = { ...two, domain, switches: "inverted-health-checks", switchRegion: "eu-central-1" };

function problemsOf(given: unknown): readonly string[] {
  const checked = checkInputs(catalog.blueprints.edge, given);
  return checked.ok ? [] : checked.problems.map(({ pointer, message }) => `${pointer}: ${message}`);
}

describe("the inputs of edge", () => {
  it.each([
    ["one origin", { origins: [ireland] }],
    ["two origins by latency, without switches", { ...two, domain }],
    ["a pair with switches of objects", { ...switched, routing: "failover" }],
    [
      "routing controls, with a budget that covers them",
      { ...two, domain, switches: "routing-controls", monthlyBudget: { amount: "1852.25", currency: "USD" } },
    ],
    [
      "a spare beside two that serve",
      { ...switched, origins: [ireland, virginia, { ...inventedOrigin("sa-east-1"), weight: 0 }] },
    ],
    ["a certificate of us-east-1", { ...two, domain, cdn: { certificateArn, content: "origins" } }],
  ])("take %s", (_what, given) => {
    expect(problemsOf(given)).toEqual([]);
  });

  it.each([
    ["no origin", { origins: [] }, "/origins: give at least one origin"],
    ["two origins of one region", { origins: [ireland, ireland] }, "/origins/1/region: give one origin of eu-west-1"],
    [
      "a load balancer of another region",
      { origins: [{ ...ireland, region: "eu-west-2" }] },
      "/origins/0/endpointArn: give a load balancer of eu-west-2: this one is of eu-west-1",
    ],
    [
      "an origin of another partition",
      { origins: [ireland, inventedOrigin("cn-north-1")] },
      "/origins/1/region: choose a region of the partition aws",
    ],
    [
      "weights that are all zero",
      {
        origins: [
          { ...ireland, weight: 0 },
          { ...virginia, weight: 0 },
        ],
      },
      "/origins: give at least one origin a weight above 0",
    ],
    ["failover with one origin", { origins: [ireland], routing: "failover" }, "/routing: give two origins"],
    [
      "failover with three",
      { origins: [ireland, virginia, inventedOrigin("sa-east-1")], routing: "failover" },
      "/routing: give two origins",
    ],
    [
      "a primary that gets nothing",
      { origins: [{ ...ireland, weight: 0 }, virginia], routing: "failover" },
      "/origins/0/weight: give the primary a weight above 0",
    ],
    ["switches without a name", { ...switched, domain: undefined }, "/switches: give a domain, or switches none"],
    [
      "switches with nowhere to go",
      { ...switched, origins: [ireland, { ...virginia, weight: 0 }] },
      "/switches: give a second origin with a weight above 0",
    ],
    [
      "objects without a region",
      { ...switched, switchRegion: undefined },
      "/switchRegion: give a region that has no origin",
    ],
    [
      "objects where an origin is",
      { ...switched, switchRegion: "us-east-1" },
      "/switchRegion: choose a region that has no origin",
    ],
    ["a region for no objects", { ...two, switchRegion: "eu-central-1" }, "/switchRegion: leave it out"],
    [
      "a certificate of another region",
      { ...two, domain, cdn: { certificateArn: certificateArn.replace("us-east-1", "eu-west-1") } },
      "/cdn/certificateArn: give a certificate of us-east-1: this one is of eu-west-1",
    ],
    [
      "a certificate without a name",
      { ...two, cdn: { certificateArn } },
      "/cdn/certificateArn: leave it out, or give a domain",
    ],
    ["origins as content without a name", { ...two, cdn: { content: "origins" } }, "/cdn/content: give a domain"],
    ["a country twice", { ...two, cdn: { allowedCountries: ["DE", "DE"] } }, "/cdn/allowedCountries/1: name DE once"],
    [
      "ports the wrong way round",
      { ...two, listeners: [{ protocol: "TCP", fromPort: 500, toPort: 400 }] },
      "/listeners/0/toPort: give a last port of 500 or above",
    ],
    [
      "ports that overlap",
      {
        ...two,
        listeners: [
          { protocol: "TCP", fromPort: 400, toPort: 500 },
          { protocol: "UDP", fromPort: 450, toPort: 460 },
          { protocol: "TCP", fromPort: 500, toPort: 600 },
        ],
      },
      "/listeners/2/fromPort: give other ports: TCP 500 to 600 overlaps with listener 0",
    ],
    [
      "a budget below the price of a cluster that stands still",
      { ...two, domain, switches: "routing-controls" },
      "/monthlyBudget/amount: give at least 1852.25",
    ],
  ])("refuse %s, and say where and what to give", (_what, given, expected) => {
    expect(problemsOf(given)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ["an ARN that is none", { origins: [{ ...ireland, endpointArn: "arn" }] }, "/origins/0/endpointArn"],
    ["a weight above 100", { origins: [{ ...ireland, weight: 101 }] }, "/origins/0/weight"],
    ["a domain of one label", { ...two, domain: { ...domain, name: "play" } }, "/domain/name"],
    ["a path without its slash", { origins: [{ ...ireland, healthPath: "healthz" }] }, "/origins/0/healthPath"],
    ["an interval of 20 seconds", { ...two, healthInterval: 20 }, "/healthInterval"],
    ["a country by its name", { ...two, cdn: { allowedCountries: ["Germany"] } }, "/cdn/allowedCountries/0"],
    [
      "a rate below the firewall's least",
      { ...two, cdn: { requestsPerFiveMinutes: 9 } },
      "/cdn/requestsPerFiveMinutes",
    ],
    ["what there is not", { ...two, anycast: true }, "/anycast"],
    ["text for an object", "edge", ""],
  ])("refuse %s", (_what, given, pointer) => {
    const [problem = ""] = problemsOf(given);
    expect(problem).toMatch(new RegExp(`^${pointer}: (give|take out)`));
  });
});
