import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const network = { cidrBlock: "10.0.0.0/16" };

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.end());

function account(id: string, region = "eu-west-1") {
  return sandbox.engine({ configuration: { region, allowedAccountIds: JSON.stringify([id]) } });
}

test("each connection acts in its own account and region", async () => {
  const here = await account("111111111111");
  const elsewhere = await account("222222222222", "us-east-1");
  const vpc = await here.create(VPC, network);
  expect(vpc.outputs["arn"]).toMatch(/^arn:aws:ec2:eu-west-1:111111111111:vpc\//);
  const other = await elsewhere.create(VPC, network);
  expect(other.outputs["arn"]).toMatch(/^arn:aws:ec2:us-east-1:222222222222:vpc\//);
  expect(await elsewhere.read(VPC, vpc.id)).toBeUndefined();
});

test("a reference to what exists in another account is refused as if it did not exist", async () => {
  const vpc = await (await account("111111111111")).create(VPC, network);
  const attempt = (await account("333333333333")).create(SUBNET, { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
  await expect(attempt).rejects.toThrow("InvalidVpcID.NotFound:");
});

test("a resource's own region wins over the provider's", async () => {
  const engine = await account("444444444444");
  const vpc = await engine.create(VPC, { ...network, region: "us-west-2" });
  expect(vpc.outputs["arn"]).toContain(":us-west-2:");
  expect(await engine.read(VPC, vpc.id, vpc)).toBeDefined();
  expect((await engine.diff(VPC, vpc.id, vpc.inputs, network)).replaces).toEqual([]);
  expect((await engine.diff(VPC, vpc.id, vpc.inputs, { ...network, region: "eu-west-1" })).replaces).toEqual([
    "region",
  ]);
});

test("the account of an assumed role is the one that is acted in", async () => {
  const assumeRoles = JSON.stringify([{ roleArn: "arn:aws:iam::555555555555:role/deploy" }]);
  const engine = await sandbox.engine({ configuration: { region: "eu-west-1", assumeRoles } });
  const identity = await engine.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
  expect(identity["accountId"]).toBe("555555555555");
});

test.each([
  ["no region", {}, "MissingRegion:"],
  ["a region that AWS does not have", { region: "mars-1" }, "InvalidRegion:"],
  ["a malformed account", { region: "eu-west-1", allowedAccountIds: ["12"] }, "InvalidAccount:"],
  [
    "a role of an account that is not allowed",
    {
      region: "eu-west-1",
      allowedAccountIds: ["111111111111"],
      assumeRoles: [{ roleArn: "arn:aws:iam::222222222222:role/deploy" }],
    },
    "InvalidAccount:",
  ],
  [
    "the account that is forbidden",
    { region: "eu-west-1", allowedAccountIds: ["111111111111"], forbiddenAccountIds: ["111111111111"] },
    "InvalidAccount:",
  ],
])("a configuration with %s is refused", async (_name, configuration, code) => {
  await expect(sandbox.engine({ configuration })).rejects.toThrow(code);
});

test("default tags of the provider are in tagsAll, a resource's own tags win, and a change of them is seen", async () => {
  const defaultTags = JSON.stringify({ tags: { owner: "platform", stage: "dev" } });
  const engine = await sandbox.engine({ configuration: { region: "eu-west-1", defaultTags } });
  const { inputs } = await engine.check(VPC, { ...network, tags: { owner: "lobby" } });
  const vpc = await engine.create(VPC, inputs);
  expect(vpc.outputs["tagsAll"]).toEqual({ owner: "lobby", stage: "dev" });
  expect(vpc.outputs["tags"]).toEqual({ owner: "lobby" });
  const plain = await sandbox.engine({ configuration: { region: "eu-west-1" } });
  const { inputs: news } = await plain.check(VPC, { ...network, tags: { owner: "lobby" } }, { olds: inputs });
  expect(await plain.diff(VPC, vpc.id, inputs, news)).toMatchObject({ changes: true, detailed: ["tagsAll.stage"] });
});

test("a Kubernetes provider whose cluster does not exist is told so by each call that needs it", async () => {
  const kubeconfig = JSON.stringify({ clusters: [{ cluster: { server: "https://nowhere.eks.amazonaws.com" } }] });
  const engine = await sandbox.engine({ package: "kubernetes", configuration: { kubeconfig } });
  const type = "kubernetes:example.org/v1:Thing";
  expect((await engine.check(type, { metadata: { name: "a" } })).failures).toEqual([]);
  await expect(engine.create(type, { metadata: { name: "a" } })).rejects.toThrow("ClusterUnreachable:");
});

test("zones are those of the connection's region", async () => {
  const engine = await account("111111111111", "us-west-1");
  const zones = await engine.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", { state: "available" });
  expect(zones).toMatchObject({ names: ["us-west-1a", "us-west-1c"], zoneIds: ["usw1-az1", "usw1-az2"] });
});

test("a function that nothing models is refused by name", async () => {
  const engine = await account("111111111111");
  await expect(engine.invoke("aws:ec2/getThing:getThing", {})).rejects.toThrow("aws:ec2/getThing:getThing");
});
