import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { createsOf, doubled, existing, recorded } from "../support/truth.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";

/** Each command of the CLI is a process; a dozen of them take a minute where other suites run beside this one. */
vi.setConfig({ testTimeout: 300_000 });

let service: TestService;
let laptop: Laptop;

beforeAll(async () => {
  service = await startTestService();
  laptop = await setUpLaptop(service);
});
afterAll(async () => {
  await laptop?.close();
  await service?.close();
});

/** A role, whose name is made for it, and a network, which has no name; none has the mark of a blueprint. */
const PROGRAM = `
const { Vpc } = require("@pulumi/aws/ec2/vpc");
const { Role } = require("@pulumi/aws/iam/role");
const { Config } = require("@pulumi/pulumi");
const tags = {
  "meridian:owner": "default", "meridian:cost-centre": "default",
  "meridian:environment": "development", "meridian:stack-set": new Config().require("set"),
};
const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [
  { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" } ] });
const role = new Role("role", { assumeRolePolicy, tags });
new Vpc("network", { cidrBlock: "10.0.0.0/16", tags }, { dependsOn: [role], import: new Config().get("adopted") });
`;

interface KilledUp {
  readonly project: Project;
  readonly stack: string;
  /** The same with its team and project. */
  readonly full: string;
}

/** An up of a stack of the service's project, from a laptop, killed when a type was made and the answer did not come. */
async function killedUp(set: string, type: string): Promise<KilledUp> {
  const stack = `${set}.sandbox.eu-west-1`;
  const full = `default/meridian/${stack}`;
  const project = await laptop.project(set, {
    "Pulumi.yaml": "name: meridian\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": JSON.stringify({ name: set, private: true }),
    "index.js": PROGRAM,
    [`Pulumi.${stack}.yaml`]: `config:\n  aws:region: eu-west-1\n  meridian:set: ${set}\n`,
  });
  await project.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
  await project.ok(["stack", "init", full]);
  const fault = { kind: "lost-response", scope: { stack: `meridian/${stack}`, type }, answer: "none" };
  expect((await service.call("POST", "/v1/sandbox/faults", { body: fault })).status).toBe(201);
  const up = project.start(["up", "--yes", "--skip-preview", "-s", full]);
  await vi.waitFor(
    async () => {
      const lost = (await createsOf(service, stack)).filter(({ outcome }) => outcome === "lost");
      if (lost.length === 0) throw new Error("nothing was lost yet");
    },
    { timeout: 120_000, interval: 50 },
  );
  up.kill("SIGKILL");
  await up.ended;
  await service.call("DELETE", "/v1/sandbox/faults");
  await project.ok(["cancel", "--yes", "-s", full]);
  return { project, stack, full };
}

async function expectNothingLostOrDoubled(stack: string): Promise<void> {
  expect(doubled(await createsOf(service, stack))).toEqual([]);
  expect(await recorded(service, stack)).toEqual(await existing(service, stack));
}

test("after kill -9 of a laptop's engine its next up settles what was in flight, and ends well", async () => {
  const { project, stack, full } = await killedUp("named", "aws:iam/role:Role");
  await project.ok(["up", "--yes", "-s", full]);
  await expectNothingLostOrDoubled(stack);
  await project.ok(["preview", "--expect-no-changes", "-s", full]);
});

test("what cannot be decided is refused with what to do, and what the runbook says settles it", async () => {
  const { project, stack, full } = await killedUp("nameless", "aws:ec2/vpc:Vpc");
  const refused = await project.pulumi(["up", "--yes", "-s", full]);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.output).toContain("::network");
  expect(refused.output).toContain("--clear-pending-creates");
  const [network] = (await existing(service, stack)).filter((each) => each.includes("::network "));
  await project.ok(["refresh", "--yes", "--clear-pending-creates", "-s", full]);
  const id = network?.split(" ").at(-1) ?? "";
  // Not by `pulumi import`: it tells the gate no inputs, and rules about tags refuse it.
  await project.ok(["up", "--yes", "-s", full, "-c", `meridian:adopted=${id}`]);
  await expectNothingLostOrDoubled(stack);
  await project.ok(["preview", "--expect-no-changes", "-s", full]);
});
