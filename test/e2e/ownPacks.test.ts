import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { crossGuardFolder, regoFolder } from "../support/packArtefact.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { inCloud } from "./supportLedger.ts";
import { ofPet, type PackWorld, startPackWorld } from "./supportOwnPacks.ts";

/** Engines, runners and packs are processes that load SDKs, on a machine that others use too. */
vi.setConfig({ testTimeout: 240_000 });

const REGION = "eu-west-1";
const PROGRAM = `
const { Subnet } = require("@pulumi/aws/ec2/subnet");
const { Vpc } = require("@pulumi/aws/ec2/vpc");
const { Config } = require("@pulumi/pulumi");
const config = new Config();
const network = new Vpc("network", { cidrBlock: "10.20.0.0/16" });
new Subnet("shelf", { vpcId: network.id, cidrBlock: "10.20.1.0/24", availabilityZone: config.require("zone"), tags: { shelf: config.require("shelf") } });
`;
const SHOP = {
  "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  "package.json": JSON.stringify({ name: "shop", private: true }),
  "index.js": PROGRAM,
};

let world: PackWorld;
let laptop: Laptop;
let shop: Project;

beforeAll(async () => {
  world = await startPackWorld();
  laptop = await setUpLaptop(world.service);
  shop = await laptop.project("shop", SHOP);
  await shop.ok(["login", world.service.url], { PULUMI_ACCESS_TOKEN: world.service.adminKey });
}, 120_000);
afterAll(async () => {
  await laptop?.close();
  await world?.service.close();
});

async function makeStack(name: string, { zone = `${REGION}a`, shelf = "left" } = {}): Promise<void> {
  await shop.ok(["stack", "init", name]);
  const config = [`aws:region=${REGION}`, `zone=${zone}`, `shelf=${shelf}`].flatMap((each) => ["--plaintext", each]);
  await shop.ok(["config", "set-all", "-s", name, ...config]);
}

test("a stock CLI is refused on the resource's own line by a team's CrossGuard pack, and goes on when it is assigned no more", async () => {
  const rule = `if (args.props.tags?.shelf === "left") report("shelves stand on the right");`;
  const release = await world.enforce(crossGuardFolder({ "shelves-on-the-right": rule }, { name: "shop-rules" }));
  await makeStack("left");
  const up = await shop.pulumi(["up", "--yes", "--skip-preview", "-s", "left"]);
  expect(up.exitCode).not.toBe(0);
  const line = up.output.split("\n").find((text) => /Subnet shelf .*error:/.test(text));
  expect(line, up.output).toContain(
    'shelves-on-the-right (mandatory, medium; pack shop-rules 1.0.0) refuses aws:ec2/subnet:Subnet "shelf"',
  );
  expect(up.output).toContain("shelves stand on the right");
  expect(await inCloud(world.service, "shop/left")).toEqual(["network"]);
  expect((await release()).status).toBe(204);
  await shop.ok(["up", "--yes", "--skip-preview", "-s", "left"]);
});

test("a stock CLI is refused by a team's compiled Rego", async () => {
  const release = await world.enforce(regoFolder());
  await makeStack("rego", { zone: `${REGION}c` });
  const up = await shop.pulumi(["up", "--yes", "--skip-preview", "-s", "rego"]);
  expect(up.exitCode).not.toBe(0);
  expect(up.output).toContain("studio.deny (mandatory, high; pack studio-rego 1.0.0) refuses");
  expect(up.output).toContain("the zone is not one of ours. Remedy: Take the property away.");
  await release();
});

test("an operation is refused by the pack of its stack set, of another stack set it is not; a trial is told and stops nothing", async () => {
  const pack = crossGuardFolder({ "no-pets": ofPet(`report("no pets here");`) }, { name: "pet-rules" });
  const release = await world.enforce(pack, { stackSet: "cats" });
  const denied = await world.createPets("cats");
  expect(denied).toMatchObject({ status: "policy-denied", applied: { create: 0 } });
  expect(denied.verdicts).toContainEqual(
    expect.objectContaining({
      policy: "no-pets",
      pack: "pet-rules",
      packVersion: "1.0.0",
      level: "mandatory",
      severity: "medium",
      outcome: "fail",
      message: "The studio's rule.\nno pets here",
    }),
  );
  expect(await world.createPets("dogs")).toMatchObject({ status: "succeeded" });
  await release();
  const releaseTrial = await world.enforce(pack, { stackSet: "cats", level: "advisory" });
  const tried = await world.bringUp("cats");
  expect(tried.status, JSON.stringify(tried.error)).toBe("succeeded");
  expect(tried.verdicts).toContainEqual(expect.objectContaining({ policy: "no-pets", level: "advisory" }));
  await releaseTrial();
});

test("a rule over the whole stack refuses an operation in its preview", async () => {
  const more = `{ name: "no-single-pets", description: "Pets come in pairs.", enforcementLevel: "mandatory", validateStack: (args, report) => {
    const pets = args.resources.filter((each) => each.type === "random:index/randomPet:RandomPet");
    if (pets.length === 1) report("there is one pet alone", pets[0].urn); } }`;
  const release = await world.enforce(crossGuardFolder({}, { name: "pair-rules", more }), { stackSet: "pairs" });
  const denied = await world.createPets("pairs");
  expect(denied).toMatchObject({ status: "policy-denied", applied: { create: 0 } });
  expect(denied.verdicts).toContainEqual(
    expect.objectContaining({
      policy: "no-single-pets",
      message: "Pets come in pairs.\nthere is one pet alone",
      resourceType: "random:index/randomPet:RandomPet",
    }),
  );
  await release();
});
