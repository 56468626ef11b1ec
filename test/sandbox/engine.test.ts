import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, ensureEngine } from "../../toolchain/index.ts";
import { type PulumiProject, pulumiProject } from "../toolchain/pulumiProject.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

/** Types by their tokens only: the AWS SDK takes seconds to load and adds nothing here. */
const PROGRAM = `
import pulumi from "@pulumi/pulumi";
class Any extends pulumi.CustomResource {
  constructor(type, name, args, outputs, opts) {
    super(type, name, { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...args }, opts);
  }
}
const config = new pulumi.Config();
const cidr = config.get("cidr") ?? "10.0.0.0/16";
const vpc = new Any("aws:ec2/vpc:Vpc", "main", { cidrBlock: cidr, tags: { team: config.get("team") ?? "lobby" } }, ["arn"]);
const subnet = new Any("aws:ec2/subnet:Subnet", "one", { vpcId: vpc.id, cidrBlock: cidr.replace("/16", "/24") }, ["availabilityZone"]);
const password = new Any("random:index/randomPassword:RandomPassword", "admin", { length: 20 }, ["result"]);
const queue = new Any("aws:sqs/unheardOf:UnheardOf", "queue", { note: password.result }, ["arn"]);
if (config.getBoolean("broken")) new Any("aws:ec2/vpc:Vpc", "broken", { cidrBlock: "10.0.0.0/8" }, []);
export const arn = vpc.arn;
export const zone = subnet.availabilityZone;
export const secret = password.result;
`;

let engine: Engine;
let sandbox: TestSandbox;
let project: PulumiProject;

beforeAll(async () => {
  engine = await ensureEngine();
  sandbox = await startTestSandbox();
  project = await pulumiProject(engine, {
    "Pulumi.yaml": "name: tiny\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": '{ "name": "tiny", "type": "module" }',
    "index.js": PROGRAM,
  });
  project.env["PULUMI_DEBUG_PROVIDERS"] = `aws:${sandbox.grpcPort},random:${sandbox.grpcPort}`;
  await project.pulumi("stack", "init", "dev");
  await project.pulumi("config", "set", "aws:region", "eu-west-1");
});

afterAll(async () => {
  await project.remove();
  await sandbox.end();
});

async function resources(): Promise<readonly string[]> {
  const { body } = await sandbox.control("GET", "/resources?stack=tiny%2Fdev");
  const { items } = body as { items: readonly { type: string; companionOf?: string }[] };
  return items.filter(({ companionOf }) => companionOf === undefined).map(({ type }) => type);
}

// Twelve runs of the CLI, on a machine that may be doing other things.
const PATIENCE = { timeout: 240_000 };

test(
  "a program goes up, stays, is refreshed, changed, replaced, refused, repaired and destroyed",
  PATIENCE,
  async () => {
    const preview = await project.pulumi("preview");
    expect(preview).toMatchObject({ exitCode: 0, output: expect.stringContaining("5 to create") });
    expect(await resources()).toEqual([]);

    const up = await project.pulumi("up", "--yes", "--skip-preview");
    expect(up.output).toMatch(/arn *: "arn:aws:ec2:eu-west-1:000000000000:vpc\/vpc-/);
    expect(up.output).toMatch(/zone *: "eu-west-1a"/);
    expect(up.output).toMatch(/secret *: \[secret\]/);
    expect(up.output).toContain("the sandbox does not model aws:sqs/unheardOf:UnheardOf");
    expect(up.exitCode).toBe(0);
    expect((await resources()).toSorted()).toEqual([
      "aws:ec2/subnet:Subnet",
      "aws:ec2/vpc:Vpc",
      "aws:sqs/unheardOf:UnheardOf",
    ]);

    expect(await project.pulumi("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
    expect(await project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")).toMatchObject({
      exitCode: 0,
    });

    await project.pulumi("config", "set", "team", "sessions");
    const changed = await project.pulumi("up", "--yes", "--skip-preview");
    expect(changed).toMatchObject({ exitCode: 0, output: expect.stringContaining("1 updated") });

    await project.pulumi("config", "set", "cidr", "10.7.0.0/16");
    const replaced = await project.pulumi("up", "--yes", "--skip-preview");
    expect(replaced).toMatchObject({ exitCode: 0, output: expect.stringContaining("2 replaced") });
    expect(await resources()).toHaveLength(3);

    await project.pulumi("config", "set", "broken", "true");
    const refused = await project.pulumi("preview");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain("InvalidVpc.Range:");
    await project.pulumi("config", "rm", "broken");

    const list = (await sandbox.control("GET", "/resources?stack=tiny%2Fdev&type=aws:ec2/subnet:Subnet")).body;
    const [subnet] = (list as { items: readonly { uid: string }[] }).items;
    await sandbox.control("DELETE", `/resources/${subnet?.uid}`);
    const repaired = await project.pulumi("up", "--yes", "--skip-preview", "--refresh");
    expect(repaired).toMatchObject({ exitCode: 0, output: expect.stringContaining("1 created") });

    expect(await project.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
    expect(await resources()).toEqual([]);
  },
);
