import { afterAll, beforeAll, expect, test } from "vitest";
import { createInventory, type Inventory } from "../../api/inventory/inventory.ts";
import { createSandboxInventory } from "../../api/inventory/sandboxInventory.ts";
import { URN_MARK, urnMark } from "../../programs/urnMark.ts";
import type { Properties } from "../../sandbox/model/values.ts";
import { kubeconfigOf, testCluster } from "../sandbox/kubernetesCluster.ts";
import { startTestSandbox, type TestSandbox } from "../sandbox/testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const ROLE = "aws:iam/role:Role";
const GROUP = "aws:cloudwatch/logGroup:LogGroup";
const place = { cloud: "sandbox", account: "000000000000", region: "eu-west-1" };
const since = new Date(0);
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

let sandbox: TestSandbox;
let inventory: Inventory;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  const control = { url: `http://127.0.0.1:${sandbox.httpPort}`, token: sandbox.token };
  inventory = createInventory({ sandbox: createSandboxInventory(() => control) });
});
afterAll(() => sandbox?.end());

const urnOf = (stack: string, type: string) => `urn:pulumi:${stack}::game::${type}::thing`;

/** Makes it as an engine would, and asks for it as somebody who never got the answer. */
async function madeAndSought(stack: string, type: string, inputs: Properties, seconds = 0) {
  const engine = await sandbox.engine({ stack: `game/${stack}` });
  const checked = (await engine.check(type, inputs)).inputs;
  const made = await engine.create(type, checked);
  const create = { urn: urnOf(stack, type), type, inputs: checked, provider: { region: "eu-west-1" } };
  const asked = { ...create, since: new Date(since.getTime() + seconds * 1000) };
  return { made, checked, asked, ask: () => inventory.ofCreate(place, asked) };
}

test("what bears the mark of the URN is found by it, among others that are alike", async () => {
  const tags = { [URN_MARK]: urnMark(urnOf("marked", VPC)) };
  const { made, ask } = await madeAndSought("marked", VPC, { cidrBlock: "10.1.0.0/16", tags });
  await madeAndSought("unmarked", VPC, { cidrBlock: "10.1.0.0/16" });
  expect(await ask()).toEqual({
    underWay: false,
    found: [
      { by: "mark", id: made.id, type: VPC, urn: urnOf("marked", VPC), account: place.account, region: place.region },
    ],
  });
});

test("a mark that is not the URN's own proves nothing", async () => {
  const tags = { [URN_MARK]: urnMark(urnOf("another", VPC)) };
  const { ask } = await madeAndSought("forged", VPC, { cidrBlock: "10.2.0.0/16", tags });
  expect(await ask()).toMatchObject({ found: [{ by: "likeness", urn: undefined }] });
});

test("a generated name is a key: the thing of that name is found", async () => {
  const { made, checked, ask } = await madeAndSought("named", ROLE, { assumeRolePolicy: trust });
  expect(checked["name"]).toMatch(/^thing-/);
  expect(await ask()).toMatchObject({ found: [{ by: "key", id: made.id }] });
});

test("what has the name but other inputs, or is older than the create, was not made by it", async () => {
  const { asked } = await madeAndSought("older", GROUP, { name: "/older" });
  const later = { ...asked, since: new Date(Date.now() + 60_000) };
  expect(await inventory.ofCreate(place, later)).toMatchObject({ found: [] });
  const other = { ...asked, inputs: { ...asked.inputs, retentionInDays: 7 } };
  expect(await inventory.ofCreate(place, other)).toMatchObject({ found: [] });
});

test("what the cloud never made is not found", async () => {
  const engine = await sandbox.engine();
  const { inputs } = await engine.check(ROLE, { assumeRolePolicy: trust }, { name: "never" });
  const create = { urn: urnOf("never", ROLE), type: ROLE, inputs, provider: { region: "eu-west-1" }, since };
  expect(await inventory.ofCreate(place, create)).toEqual({ underWay: false, found: [] });
});

test("a create whose answer was lost is found, and one that is still being made is told as under way", async () => {
  const engine = await sandbox.engine({ stack: "game/lost" });
  await sandbox.control("POST", "/faults", { kind: "lost-response", scope: { stack: "game/lost" }, answer: "none" });
  const inputs: Properties = { cidrBlock: "10.3.0.0/16" };
  const answer = engine.create(VPC, inputs).catch(() => "lost");
  const create = { urn: urnOf("lost", VPC), type: VPC, inputs, provider: { region: "eu-west-1" }, since };
  await expect
    .poll(() => inventory.ofCreate(place, create))
    .toMatchObject({ underWay: true, found: [{ by: "likeness" }] });
  await engine.cancel();
  expect(await answer).toBe("lost");
  expect(await inventory.ofCreate(place, create)).toMatchObject({ underWay: false, found: [{ by: "likeness" }] });
  await sandbox.control("DELETE", "/faults");
});

test("an object of a cluster is found by namespace and name; in a cluster that is gone there is nothing", async () => {
  const { connect, cluster, account } = await testCluster(sandbox, 1);
  const kubernetes = await connect();
  const type = "kubernetes:core/v1:ConfigMap";
  const inputs = (await kubernetes.check(type, { metadata: { namespace: "default" }, data: { a: "1" } })).inputs;
  const made = await kubernetes.create(type, inputs);
  const provider = { kubeconfig: kubeconfigOf(String(cluster.outputs["endpoint"])) };
  const create = { urn: urnOf("cluster", type), type, inputs, provider, since };
  const here = { ...place, account };
  expect(await inventory.ofCreate(here, create)).toMatchObject({ found: [{ by: "key", id: made.id }] });
  const elsewhere = { ...create, provider: { kubeconfig: kubeconfigOf("https://gone.example") } };
  expect(await inventory.ofCreate(here, elsewhere)).toEqual({ underWay: false, found: [] });
});

test("a stack's resources are listed for one account, without what the cloud made along", async () => {
  const { made } = await madeAndSought("listed", VPC, { cidrBlock: "10.4.0.0/16" });
  const stack = { team: "lobby", project: "game", name: "listed" };
  expect(await inventory.ofStack(place, stack)).toMatchObject([{ id: made.id, urn: urnOf("listed", VPC) }]);
  expect(await inventory.ofStack({ ...place, account: "111111111111" }, stack)).toEqual([]);
});

test("of a cloud that cannot be asked nothing is claimed", async () => {
  const aws = { ...place, cloud: "aws" };
  const create = { urn: "urn", type: VPC, inputs: {}, provider: {}, since };
  expect(await inventory.ofCreate(aws, create)).toBeUndefined();
  expect(await inventory.ofStack(aws, { team: "lobby", project: "game", name: "listed" })).toBeUndefined();
});
