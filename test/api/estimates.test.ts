import { afterAll, beforeAll, expect, test } from "vitest";
import { estimateRoutes } from "../../api/estimates/estimateRoutes.ts";
import { createEstimateService } from "../../api/estimates/estimateService.ts";
import type { StackRecord } from "../../api/state/index.ts";
import { priceBook } from "../../pricing/index.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::game::${type}::${name}`;
const provider = {
  ...{ urn: urn("pulumi:providers:aws", "eu"), type: "pulumi:providers:aws", custom: true },
  id: "p1",
};
const gateway = (name: string, more: object = {}) => {
  const type = "aws:ec2/natGateway:NatGateway";
  return { urn: urn(type, name), type, custom: true, id: name, inputs: {}, ...more };
};
const role = { urn: urn("aws:iam/role:Role", "r"), type: "aws:iam/role:Role", custom: true, id: "r", inputs: {} };
const component = { urn: urn("game:index:Realm", "realm"), type: "game:index:Realm", inputs: {} };
const unheard = {
  urn: urn("aws:mq/broker:Broker", "b"),
  type: "aws:mq/broker:Broker",
  custom: true,
  id: "b",
  inputs: {},
};
const deployment = (...resources: object[]) => ({ version: 3, deployment: { resources } });

/** What the organisation has set; a test may. */
const assumed: { natGigabytes?: number } = {};

let api: Harness;
let key: string;
beforeAll(async () => {
  const kept = { id: "st", team: "default", project: "game", name: "kept", version: 1, region: "us-east-1" };
  const estimates = createEstimateService(
    {
      findStack: async (team, id) =>
        team === "default" && id === "game/kept" ? (kept as unknown as StackRecord) : undefined, // as much as is read
      readOpened: async () => deployment(gateway("kept")).deployment,
    },
    assumed,
  );
  api = await startApi({ routes: estimateRoutes(estimates) });
  key = await api.keyFor("viewer");
});
afterAll(() => api.close());

const estimate = (body: unknown) => api.send("POST", "/v1/estimates", { key, body });

test("an exported state is priced by resource and region; what is free and what has no price is listed", async () => {
  const state = deployment(
    { ...provider, inputs: { region: "eu-west-1" } },
    gateway("here"),
    gateway("there", { provider: `${provider.urn}::p1` }),
    role,
    component,
    unheard,
  );
  const { status, body } = await estimate({ deployment: state, region: "us-east-1" });
  expect(status).toBe(200);
  expect(body.priceBook).toBe(priceBook.version);
  expect(body.regions.map(({ region }: { region: string }) => region)).toEqual(["eu-west-1", "us-east-1"]);
  expect(body.regions[1].monthly).toEqual({ amount: "37.35", currency: "USD" });
  expect(body.resources[0].lines[0]).toEqual({
    ...{ what: "a NAT gateway", quantity: 730, unit: "hour", unitPrice: "0.045", basis: "listed" },
    monthly: { amount: "32.85", currency: "USD" },
  });
  expect(body.byFactor).toEqual(body.regions[0].monthly);
  expect(body.free).toEqual([expect.objectContaining({ type: "aws:iam/role:Role", count: 1 })]);
  expect(body.unpriced).toEqual([expect.objectContaining({ type: "aws:mq/broker:Broker", count: 1 })]);
});

test("a preview is priced as it would be: what goes costs nothing", async () => {
  const steps = [
    { op: "create", urn: gateway("new").urn, newState: gateway("new") },
    { op: "delete", urn: gateway("old").urn, oldState: gateway("old") },
  ];
  const { body } = await estimate({ preview: { steps }, region: "us-east-1" });
  expect(body.monthly.amount).toBe("37.35");
});

test.each([
  ["preview", { steps: [], diagnostics: [7, { severity: "error", message: "error: no such input\n" }] }],
  ["events", [{ diagnosticEvent: 7 }, { diagnosticEvent: { severity: "error", message: "error: no such input\n" } }]],
])("a failed %s is priced as far as it goes, and says that it may not be all", async (kind, document) => {
  expect((await estimate({ [kind]: document })).body).toMatchObject({
    monthly: { amount: "0.00" },
    incomplete: "error: no such input",
  });
  const warned = { steps: [], diagnostics: [{ severity: "warning", message: "beware" }] };
  expect((await estimate({ preview: warned })).body.incomplete).toBeUndefined();
});

test("a caller sets what is assumed, and is told by the thousand players when it says how many there are", async () => {
  const assumptions = { hoursPerMonth: 100, natGigabytes: 0, concurrentPlayers: 1_000, egressPerPlayer: 0 };
  const { body } = await estimate({ deployment: deployment(gateway("one")), region: "us-east-1", assumptions });
  expect(body.monthly.amount).toBe("4.50");
  expect(body.perThousandPlayers).toEqual({
    monthly: { amount: "4.50", currency: "USD" },
    egress: { amount: "0.00", currency: "USD" },
  });
  expect(body.assumptions).toMatchObject({ hoursPerMonth: 100, concurrentPlayers: 1_000 });
});

test("what the organisation assumes is assumed, unless the caller says otherwise", async () => {
  assumed.natGigabytes = 1_000;
  const document = { deployment: deployment(gateway("one")), region: "us-east-1" };
  expect((await estimate(document)).body).toMatchObject({
    monthly: { amount: "77.85" },
    assumptions: { natGigabytes: 1_000 },
  });
  const { body } = await estimate({ ...document, assumptions: { natGigabytes: 0 } });
  expect(body.monthly.amount).toBe("32.85");
  delete assumed.natGigabytes;
});

test("a stack of the service is priced by its state, in its region", async () => {
  const { body } = await estimate({ stack: "game/kept" });
  expect(body.monthly.amount).toBe("37.35");
  expectProblem(await estimate({ stack: "game/other" }), "not-found");
});

test.each([
  ["nothing to price", {}],
  ["two things", { stack: "game/kept", deployment: deployment() }],
  ["an assumption that there is not", { stack: "game/kept", assumptions: { hours: 1 } }],
  ["a share above one", { stack: "game/kept", assumptions: { fleetUtilisation: 2 } }],
  ["a number that is none", { stack: "game/kept", assumptions: { natGigabytes: "many" } }],
  ["a region that is none", { stack: "game/kept", region: "Europe" }],
  ["a document of another kind", { deployment: { steps: [] } }],
  ["resources that are none", { deployment: { version: 3, deployment: { resources: [7] } } }],
])("%s is refused with what is wrong", async (_, body) => {
  const reply = await estimate(body);
  expectProblem(reply, "invalid-request");
  expect(reply.body.errors.length).toBeGreaterThan(0);
});

test.each([
  [-1, "-1 is not what natGigabytes can be. Give a number from 0 to 1000000000 (GB a month)"],
  [1e300, "1e+300 is not what natGigabytes can be."],
  ["NaN", '"NaN" is not what natGigabytes can be.'],
  [null, "null is not what natGigabytes can be."],
  [{}, "{} is not what natGigabytes can be."],
])("the assumption %j is refused with its value, and with what it may be", async (natGigabytes, said) => {
  const reply = await estimate({ deployment: deployment(), assumptions: { natGigabytes } });
  expectProblem(reply, "invalid-request");
  expect(reply.body.errors).toEqual([{ pointer: "/assumptions/natGigabytes", detail: expect.stringContaining(said) }]);
});

test("assumptions in an object with a name that there is not are refused by that name", async () => {
  for (const name of ["hours", "__proto__x", "constructor"]) {
    const reply = await estimate({ deployment: deployment(), assumptions: { [name]: 1 } });
    expectProblem(reply, "invalid-request");
    expect(reply.body.errors).toEqual([
      { pointer: `/assumptions/${name}`, detail: expect.stringContaining("Remove it") },
    ]);
  }
});

test("inputs of any shape are priced or listed, never an error", async () => {
  const odd = { ...{ instanceType: { deep: [1] }, scalingConfig: "large", minSize: -1 }, launchTemplate: [] };
  const nodes = {
    urn: urn("aws:eks/nodeGroup:NodeGroup", "n"),
    type: "aws:eks/nodeGroup:NodeGroup",
    custom: true,
    id: "n",
  };
  const { status, body } = await estimate({ deployment: deployment({ ...nodes, inputs: odd }), region: "us-east-1" });
  expect(status).toBe(200);
  expect(body.monthly).toMatchObject({ currency: "USD" });
});
