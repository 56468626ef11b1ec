import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LedgerEntry } from "../../../sandbox/cloud/ledger.ts";
import type { Properties } from "../../../sandbox/model/values.ts";
import { ensureEngine } from "../../../toolchain/index.ts";
import type { Engine } from "../../sandbox/protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "../../sandbox/testSandbox.ts";
import { type PulumiProject, pulumiProject } from "../../toolchain/pulumiProject.ts";
import { type FakeAws, fakeAws } from "./fakeAws.ts";
import { arrives, type World } from "./names.ts";
import { makeOrigin } from "./origins.ts";

const CONTROL_STATE = "aws:route53recoverycluster/routingControlState:RoutingControlState";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const ireland = "eu-west-1";
const virginia = "us-east-1";
const program = fileURLToPath(new URL("../../../programs/index.ts", import.meta.url));
const PATIENCE = { timeout: 600_000 };

let sandbox: TestSandbox;
let project: PulumiProject;
let cloud: Engine;
let aws: FakeAws;
/** Regions whose endpoints of the cluster do not answer. */
let dark: readonly string[] = [];

beforeAll(async () => {
  sandbox = await startTestSandbox();
  cloud = await sandbox.engine({ configuration: { region: ireland } });
  project = await pulumiProject(await ensureEngine(), {
    "Pulumi.yaml": "name: meridian\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": '{ "name": "meridian", "type": "module" }',
    "index.js": `export { default } from ${JSON.stringify(program)};\n`,
  });
  project.env["PULUMI_DEBUG_PROVIDERS"] = ["aws", "random"].map((name) => `${name}:${sandbox.grpcPort}`).join(",");
  aws = await fakeAws(serve);
  await succeeds("stack", "init", `entry.sandbox.${ireland}`);
  const values = {
    "aws:region": ireland,
    "meridian:blueprint": "edge",
    "meridian:stackSet": "entry",
    "meridian:target": "sandbox",
    "meridian:owner": "lobby-team",
    "meridian:costCentre": "live-1",
  };
  const settings = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await succeeds("config", "set-all", ...settings);
});

afterAll(async () => {
  await aws.close();
  await project.remove();
  await sandbox.end();
});

async function succeeds(...args: string[]): Promise<string> {
  const { exitCode, output } = await project.pulumi(...args);
  expect(exitCode, output).toBe(0);
  return output;
}

async function resources(
  type: string,
): Promise<readonly { uid: string; id: string; inputs: Properties; outputs: Properties }[]> {
  const { body } = await sandbox.control("GET", `/resources?type=${type}`);
  // The control port's own answers.
  const { items } = body as { items: readonly { uid: string }[] };
  const each = items.map(async ({ uid }) => (await sandbox.control("GET", `/resources/${uid}`)).body);
  return (await Promise.all(each)) as { uid: string; id: string; inputs: Properties; outputs: Properties }[];
}

const optionOf = (args: readonly string[], option: string): string => args[args.indexOf(option) + 1] ?? "";

/** The data planes of Route 53 ARC and S3, as the sandbox has them. */
async function serve(args: readonly string[]): Promise<string> {
  const [service, action] = args;
  if (service === "route53-recovery-cluster") {
    const region = optionOf(args, "--region");
    expect(optionOf(args, "--endpoint-url")).toContain(`.${region}.`);
    if (dark.includes(region)) throw new Error("Connect timeout on endpoint URL");
    expect(action).toBe("update-routing-control-states");
    const entries: readonly Record<string, string>[] = JSON.parse(
      optionOf(args, "--update-routing-control-state-entries"),
    );
    for (const { RoutingControlArn: arn, RoutingControlState: routingControlState } of entries) {
      const state = (await resources(CONTROL_STATE)).find(({ id }) => id === arn);
      const path = `/resources/${state?.uid}`;
      const { status, body } = await sandbox.control("PATCH", path, { properties: { routingControlState } });
      if (status !== 200) throw new Error(JSON.stringify(body));
    }
    return "{}";
  }
  expect(service).toBe("s3api");
  const object = {
    bucket: optionOf(args, "--bucket"),
    key: optionOf(args, "--key"),
    region: optionOf(args, "--region"),
  };
  if (action === "put-object") await cloud.create(OBJECT, object);
  else
    for (const { uid, id } of await resources(OBJECT)) {
      if (id === `${object.bucket}/${object.key}`) await sandbox.control("DELETE", `/resources/${uid}`);
    }
  return "{}";
}

async function world(down: readonly string[] = []): Promise<World> {
  const [records, checks, groups, accelerators, states, objects] = await Promise.all(
    [
      "aws:route53/record:Record",
      "aws:route53/healthCheck:HealthCheck",
      "aws:globalaccelerator/endpointGroup:EndpointGroup",
      "aws:globalaccelerator/accelerator:Accelerator",
      CONTROL_STATE,
      OBJECT,
    ].map(resources),
  );
  const on = (states ?? []).filter(({ outputs }) => outputs["routingControlState"] === "On");
  return {
    records: (records ?? []).map(({ inputs }) => inputs),
    checks: new Map((checks ?? []).map(({ id, inputs }) => [id, inputs])),
    groups: (groups ?? []).map(({ inputs }) => inputs),
    accelerator: String(accelerators?.[0]?.outputs["dnsName"]),
    on: new Set(on.map(({ id }) => id)),
    objects: new Set((objects ?? []).map(({ id }) => id)),
    down: new Set(down),
  };
}

/** Where a player near Ireland, and one near Virginia, arrives. */
async function arrivals(down: readonly string[] = []): Promise<readonly string[]> {
  const now = await world(down);
  return [arrives(now, "play.example.com", [ireland, virginia]), arrives(now, "play.example.com", [virginia, ireland])];
}

/** The commands that stand under a heading of the printed page, after those that it says to paste first. */
async function follow(heading: string): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const page = String(JSON.parse(await succeeds("stack", "output", "--json"))["evacuationRunbook"]);
  const [first = "", ...sections] = page.split(/^## /m);
  const section = sections.find((each) => each.startsWith(heading));
  expect(section, `the page has no heading that begins with ${heading}`).toBeDefined();
  const commands = [first, section ?? ""].map((part) => /```sh\n([\s\S]*?)```/.exec(part)?.[1] ?? "");
  return aws.sh(commands.join("\n"));
}

async function make(inputs: Readonly<Record<string, unknown>>): Promise<void> {
  await succeeds("config", "set", "meridian:inputs", JSON.stringify(inputs));
  await succeeds("up", "--yes", "--skip-preview");
}

async function lastCall(): Promise<number> {
  return (await sandbox.ledger()).at(-1)?.seq ?? 0;
}

/** What changed the cloud after an entry of the ledger, and was not done at its own door. */
async function changedByOthers(seq: number): Promise<readonly LedgerEntry[]> {
  const calls = (await sandbox.ledger()).filter((entry) => entry.seq > seq && entry.urn.includes("edge"));
  return calls.filter(({ operation, via }) => ["create", "update", "delete"].includes(operation) && via !== "control");
}

test(
  "a region is evacuated and taken back by its printed page alone, with one endpoint of the switches left",
  PATIENCE,
  async () => {
    const zone = await cloud.create("aws:route53/zone:Zone", { name: "example.com" });
    const base = {
      origins: [await makeOrigin(cloud, ireland), await makeOrigin(cloud, virginia)],
      domain: { name: "play.example.com", hostedZoneId: zone.id },
    };
    await make({ ...base, switches: "routing-controls", monthlyBudget: { amount: "2500.00", currency: "USD" } });
    expect(await changedByOthers(0)).not.toEqual([]);
    const before = await lastCall();

    // New switches are off, all of them: names answer as if there were none.
    expect(await arrivals()).toEqual([`anycast ${ireland}`, `anycast ${virginia}`]);
    expect((await follow("Come back, and arm")).exitCode).toBe(0);
    expect(await arrivals()).toEqual([`anycast ${ireland}`, `anycast ${virginia}`]);
    // Without a switch, what fails is left all the same.
    expect(await arrivals([ireland])).toEqual([`anycast ${virginia}`, `anycast ${virginia}`]);

    dark = ["us-east-1", "ap-northeast-1", "eu-west-1", "ap-southeast-2"];
    expect(await follow(`Leave ${ireland}`)).toMatchObject({ exitCode: 0 });
    expect(await arrivals()).toEqual([virginia, virginia]);

    const last = await follow(`Leave ${virginia}`);
    expect(last.exitCode).not.toBe(0);
    expect(last.output).toContain("ConflictException");
    expect(await arrivals()).toEqual([virginia, virginia]);

    expect((await follow("Come back")).exitCode).toBe(0);
    expect(await arrivals()).toEqual([`anycast ${ireland}`, `anycast ${virginia}`]);
    expect(await changedByOthers(before)).toEqual([]);

    // The same by objects, in a region of their own; these need no arming.
    dark = [];
    await make({ ...base, switches: "inverted-health-checks", switchRegion: "eu-central-1" });
    expect(await arrivals()).toEqual([`anycast ${ireland}`, `anycast ${virginia}`]);
    const second = await lastCall();
    expect((await follow(`Leave ${ireland}`)).exitCode).toBe(0);
    expect(await arrivals()).toEqual([virginia, virginia]);
    expect((await follow(`Come back to ${ireland}`)).exitCode).toBe(0);
    expect(await arrivals()).toEqual([`anycast ${ireland}`, `anycast ${virginia}`]);
    expect(await changedByOthers(second)).toEqual([]);
  },
);
