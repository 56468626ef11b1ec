import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startMeridian } from "../cli/meridianProcess.ts";
import { untilEnded } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { manifestWith, teamFolder } from "../support/teamArtefact.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { changesMade, inCloud } from "./supportLedger.ts";

/** Engines and runners are processes that load SDKs, on a machine that others use too. */
vi.setConfig({ testTimeout: 240_000 });

const REGION = "eu-west-1";
/** What a public address costs a month, in every region: 730 hours at half a cent. */
const ONE = 3.65;
const usd = (dollars: number) => ({ amount: dollars.toFixed(2), currency: "USD" });

const SHOP = {
  "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  "package.json": JSON.stringify({ name: "shop", private: true }),
  "index.js": `
const { Eip } = require("@pulumi/aws/ec2/eip");
const { Config } = require("@pulumi/pulumi");
const count = new Config().requireNumber("addresses");
let before = [];
for (let index = 0; index < count; index++) before = [new Eip("address-" + index, { domain: "vpc" }, { dependsOn: before })];
`,
};

const addresses = teamFolder(
  {
    "blueprint.json": manifestWith({
      name: "addresses",
      inputs: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: { addresses: { type: "integer", minimum: 0, maximum: 9, default: 1 } },
        additionalProperties: false,
      },
      outputs: [{ name: "region", description: "Where.", secret: false }],
    }),
    "program.ts": `import { Eip } from "@pulumi/aws/ec2/eip.js";

export async function program({ addresses = 1 }, placement) {
  const tags = {
    "meridian:owner": placement.owner,
    "meridian:cost-centre": placement.costCentre,
    "meridian:environment": placement.environment,
    "meridian:stack-set": placement.stackSet,
  };
  let before = [];
  for (let index = 0; index < addresses; index++) before = [new Eip("address-" + index, { domain: "vpc", tags }, { dependsOn: before })];
  return { region: placement.region };
}
`,
  },
  { name: "addresses", packages: ["@pulumi/pulumi", "@pulumi/aws"] },
);

let service: TestService;
let laptop: Laptop;
let shop: Project;
let budget: string;

beforeAll(async () => {
  service = await startTestService();
  laptop = await setUpLaptop(service);
  shop = await laptop.project("shop", SHOP);
  await shop.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
  const made = await service.call("POST", "/v1/budgets", { body: { team: "default", amount: usd(5) } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  budget = made.body.id;
  const published = await service.call("POST", "/v1/blueprints", { body: { archive: addresses.archive } });
  expect(published.status, JSON.stringify(published.body)).toBe(201);
}, 120_000);
afterAll(async () => {
  await laptop?.close();
  await service?.close();
});

/** What is free, reserved and committed of the team's budget, in dollars; the books are balanced whenever it is asked. */
async function books(): Promise<readonly number[]> {
  const verification = await service.call("GET", "/v1/budgets/verification");
  expect(verification.body).toMatchObject({ balanced: true });
  const { body } = await service.call("GET", `/v1/budgets/${budget}`);
  return [body.free, body.reserved, body.committed].map(({ amount }) => Number(amount));
}

async function setBudget(dollars: number): Promise<void> {
  const { headers } = await service.call("GET", `/v1/budgets/${budget}`);
  const changed = await service.call("PATCH", `/v1/budgets/${budget}`, {
    body: { amount: usd(dollars) },
    headers: { "if-match": headers.get("etag") ?? "", "content-type": "application/merge-patch+json" },
  });
  expect(changed.status, JSON.stringify(changed.body)).toBe(200);
}

const standing = async (stack: string) =>
  (await service.call("GET", `/v1/stacks/${encodeURIComponent(stack)}`)).body.estimate?.monthly;
const wantAddresses = (count: number) => shop.ok(["config", "set", "-s", "live", "addresses", String(count)]);

test("a stock CLI makes nothing that its team cannot pay, with or without a preview, and is told the cost of what it makes", async () => {
  await shop.ok(["stack", "init", "live"]);
  await shop.ok(["config", "set", "-s", "live", "aws:region", REGION]);
  await wantAddresses(2);
  const dear = await shop.pulumi(["up", "--yes", "-s", "live"]);
  expect(dear.exitCode).not.toBe(0);
  const told = dear.output.replace(/\s+/g, " ");
  expect(told).toContain("The budget of the team default is 5.00 USD a month, of which 5.00 are free");
  expect(told).toContain("this asks for 7.30 more. Make the change smaller, tear down what is not needed");
  expect(told).toContain(`GET /v1/budgets/${budget}`);
  expect(await changesMade(service, "shop/live")).toEqual([]);
  expect(await books()).toEqual([5, 0, 0]);

  const blind = await shop.pulumi(["up", "--yes", "--skip-preview", "-s", "live"]);
  expect(blind.exitCode).not.toBe(0);
  const line = blind.output.split("\n").find((text) => /Eip address-1 .*error:/.test(text));
  expect(line, blind.output).toContain(
    "of which 1.35 are free (0.00 committed, 3.65 reserved), and this asks for 3.65",
  );
  expect(await inCloud(service, "shop/live")).toEqual(["address-0"]);
  expect(await books()).toEqual([1.35, 0, ONE]);
  expect(await standing("shop/live")).toEqual(usd(ONE));

  await setBudget(10);
  const paid = await shop.ok(["up", "--yes", "-s", "live"]);
  expect(paid.output).toContain("Cost by your last preview: + 3.65 USD a month, from 3.65 to 7.30.");
  expect(await inCloud(service, "shop/live")).toEqual(["address-0", "address-1"]);
  expect(await books()).toEqual([2.7, 0, 2 * ONE]);
  expect(await standing("shop/live")).toEqual(usd(2 * ONE));

  await shop.ok(["destroy", "--yes", "-s", "live"]);
  expect(await books()).toEqual([10, 0, 0]);
  expect(await standing("shop/live")).toEqual(usd(0));
});

const STACK = `rooms.sandbox.${REGION}`;

async function inputs(count: number) {
  const { headers } = await service.call("GET", "/v1/stack-sets/rooms");
  return service.call("PATCH", "/v1/stack-sets/rooms", {
    body: { inputs: { addresses: count } },
    headers: { "if-match": headers.get("etag") ?? "" },
  });
}

test("an operation shows what it costs; too dear a one fails by the budget before it makes anything; a teardown frees its money", async () => {
  await setBudget(8);
  const created = await service.call("POST", "/v1/stack-sets", {
    body: { name: "rooms", blueprint: "addresses", target: "sandbox", regions: [REGION], inputs: { addresses: 1 } },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(202);
  const made = await untilEnded(service, `/v1/rollouts/${created.body.id}`);
  const first = (await service.call("GET", `/v1/operations/${made.regions[0].operation}`)).body;
  expect(first.status, JSON.stringify(first)).toBe("succeeded");
  expect(first.estimate).toMatchObject({ before: usd(0), after: usd(ONE), change: usd(ONE), unpriced: [] });
  expect(await books()).toEqual([4.35, 0, ONE]);

  // There is room for one more, which must not be made on the way to what there is no room for.
  const changed = await untilEnded(service, (await inputs(3)).headers.get("location") ?? "");
  const dear = (await service.call("GET", `/v1/operations/${changed.regions[0].operation}`)).body;
  expect(dear).toMatchObject({ status: "failed", applied: { create: 0 }, error: { code: "budget-exceeded" } });
  expect(changed).toMatchObject({ status: "failed", error: { code: "budget-exceeded", operation: dear.id } });
  expect(dear.error.detail).toContain("of which 4.35 are free (3.65 committed, 0.00 reserved), and this asks for 7.30");
  expect(dear.estimate).toMatchObject({ before: usd(ONE), after: usd(3 * ONE) });
  expect(await books()).toEqual([4.35, 0, ONE]);

  const env = { MERIDIAN_URL: service.url, MERIDIAN_KEY: service.adminKey };
  const operation = await startMeridian(["operations", "get", dear.id], env).ended;
  expect(operation.out).toMatch(/cost: +\+7\.30 USD a month, from 3\.65 to 10\.95\n/);
  expect(operation.out).toContain("budget-exceeded");
  const stack = await startMeridian(["stacks", "get", STACK], env).ended;
  expect(stack.out).toMatch(/cost: +3\.65 USD a month\n/);

  const removed = await service.call("DELETE", "/v1/stack-sets/rooms");
  expect(await untilEnded(service, removed.headers.get("location") ?? "")).toMatchObject({ status: "succeeded" });
  expect(await books()).toEqual([8, 0, 0]);
});
