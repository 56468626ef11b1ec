import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const VPCS = "L-F678F1CE";
const place = { account: "000000000000", region: "eu-west-1" };

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.end());

const quotasOf = async (account: string, region: string) => {
  const { body } = await sandbox.control("GET", `/quotas?account=${account}&region=${region}`);
  const { items } = body as { items: readonly { code: string; value: number; initial: number }[] }; // the control port's own shape
  return new Map(items.map((item) => [item.code, item]));
};

test("a quota is set for one account in one region and stays as it was everywhere else", async () => {
  const before = (await quotasOf(place.account, place.region)).get(VPCS)?.value;
  const set = await sandbox.control("PUT", "/quotas", { ...place, code: VPCS, value: 7 });
  expect(set).toMatchObject({ status: 200, body: { code: VPCS, value: 7, initial: 5, unit: "count" } });
  expect((await quotasOf(place.account, place.region)).get(VPCS)?.value).toBe(7);
  expect((await quotasOf(place.account, "us-east-1")).get(VPCS)?.value).toBe(before);
  expect((await quotasOf("111111111111", place.region)).get(VPCS)?.value).toBe(before);
});

test("one more than the quota is refused with the cloud's own code, and fits again when one is gone", async () => {
  const region = "us-west-2";
  await sandbox.control("PUT", "/quotas", { ...place, region, code: VPCS, value: 1 });
  const engine = await sandbox.engine({ configuration: { region } });
  const inputs = { cidrBlock: "10.0.0.0/16" };
  const first = await engine.create(VPC, inputs);
  await expect(engine.create(VPC, inputs)).rejects.toThrow(/VpcLimitExceeded: The quota L-F678F1CE/);
  await engine.remove(VPC, first);
  await engine.create(VPC, inputs);
});

test.each([
  ["GET", "/quotas?region=eu-west-1", undefined, 400, "give account and region"],
  ["PUT", "/quotas", { ...place, code: VPCS }, 400, "value is required"],
  ["PUT", "/quotas", { ...place, code: VPCS, value: -1 }, 400, "value must be"],
  ["PUT", "/quotas", { region: "eu-west-1", code: VPCS, value: 1 }, 400, "account is required"],
  ["PUT", "/quotas", { ...place, code: "L-NONE", value: 1 }, 404, "there is no quota 'L-NONE'"],
])("%s %s %j is answered %i with a reason", async (method, path, body, status, reason) => {
  const answer = await sandbox.control(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ error: { message: expect.stringContaining(reason) } });
});
