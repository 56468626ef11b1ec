import { afterAll, beforeAll, expect, test } from "vitest";
import { networkBlueprint } from "../../programs/network/blueprint.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
let key: string;
beforeAll(async () => {
  api = await startApi({ blueprints: [networkBlueprint] });
  key = await api.keyFor("operator");
});
afterAll(() => api.close());

const addresses = { regions: ["eu-west-1"] };
const create = (name: string, regions: readonly string[]) =>
  api.send("POST", "/v1/stack-sets", { key, body: { name, blueprint: "network", regions, inputs: { addresses } } });

test("inputs that do not fit one of the regions are refused with the input, and nothing is begun", async () => {
  const reply = await create("shared", ["eu-west-1", "us-east-1"]);
  expect(reply.status).toBe(400);
  expect(expectProblem(reply, "invalid-request")).toEqual(["/inputs/addresses/regions"]);
  expect(JSON.stringify(reply.body)).toContain("append us-east-1: the plan has eu-west-1");
  expect(api.rollouts.started).toEqual([]);
});

test("a region that is appended must have its place in the inputs by then", async () => {
  expect((await create("growing", ["eu-west-1"])).status).toBe(202);
  const append = (inputs?: object) =>
    api.send("PATCH", "/v1/stack-sets/growing", {
      key,
      body: { regions: ["eu-west-1", "us-east-1"], ...(inputs === undefined ? {} : { inputs }) },
      headers: { "if-match": '"1"' },
    });
  expect(expectProblem(await append(), "invalid-request")).toEqual(["/inputs/addresses/regions"]);
  expect((await append({ addresses: { regions: ["eu-west-1", "us-east-1"] } })).status).toBe(202);
});
