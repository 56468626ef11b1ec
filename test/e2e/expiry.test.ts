import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { meridianCommand } from "../../cli/gate/gateAlone.ts";
import { runCli } from "../../cli/runCli.ts";
import { ensureEngine } from "../../toolchain/index.ts";
import { type PermissiveProvider, startPermissiveProvider } from "../policies/support/permissiveProvider.ts";
import { providersAt } from "../support/engineScript.ts";
import { untilEnded } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type PulumiProject, pulumiProject } from "../toolchain/pulumiProject.ts";
import { BLUEPRINT } from "./expiry/blueprint.ts";
import { CLOCK_FILE, timeInFile } from "./expiry/clockFile.ts";

const POLICY = "security-no-open-management-port";
const SET = "/v1/stack-sets/house";
const STACK = "house.sandbox.eu-west-1";
const SECOND = 1_000;
const packFolder = path.resolve(import.meta.dirname, "../../policies");

const tags = {
  "meridian:owner": "default",
  "meridian:cost-centre": "house",
  "meridian:environment": "development",
  "meridian:stack-set": "house",
};

/** What a laptop's own program declares: the door that the exemption is for. */
const program = `
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
const ingress = [{ description: "SSH", protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }];
new SecurityGroup("front", { description: "a door", ingress, egress: [], tags: ${JSON.stringify(tags)} });
`;

let folder: string;
let service: TestService;
let laptop: PulumiProject;
let provider: PermissiveProvider;
let endsAt: number;

const setTime = (time: number): Promise<void> => writeFile(path.join(folder, "clock"), new Date(time).toISOString());

async function asked(method: string, route: string, sent: { body?: unknown; key?: string; etag?: string } = {}) {
  const { etag, ...rest } = sent;
  const reply = await service.call(method, route, {
    ...rest,
    ...(etag !== undefined && { headers: { "if-match": etag } }),
  });
  expect(reply.status, `${method} ${route}: ${JSON.stringify(reply.body)}`).toBeLessThan(300);
  return reply;
}

async function keyOf(name: string, role: string): Promise<string> {
  const body = { name, role, team: "default", person: `${name}@studio.example` };
  return (await asked("POST", "/v1/api-keys", { body })).body.key;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-expiry-"));
  await setTime(Date.now());
  const env = { [CLOCK_FILE]: path.join(folder, "clock") };
  service = await startTestService({ main: path.resolve(import.meta.dirname, "expiry/controlProcess.ts"), env });
  const { body: rollout } = await asked("POST", "/v1/stack-sets", {
    body: { name: "house", blueprint: BLUEPRINT, regions: ["eu-west-1"], inputs: { doors: [] } },
  });
  laptop = await pulumiProject(await ensureEngine(), {
    "Pulumi.yaml": "name: meridian\nruntime: nodejs\n",
    "package.json": '{ "name": "meridian", "type": "module" }',
    "index.js": program,
  });
  provider = await startPermissiveProvider();
  Object.assign(laptop.env, env, {
    NODE_OPTIONS: `--import ${new URL("./expiry/setTime.ts", import.meta.url).href}`,
    PULUMI_DEBUG_PROVIDERS: providersAt(provider.port),
  });
  await laptop.pulumi("stack", "init", STACK);
  await laptop.pulumi("stack", "tag", "set", "meridian:environment", "development");
  await laptop.pulumi("stack", "tag", "set", "meridian:stack-set", "house");
  await laptop.pulumi("config", "set", "aws:region", "eu-west-1");
  expect(await untilEnded(service, `/v1/rollouts/${rollout.id}`)).toMatchObject({ status: "succeeded" });

  endsAt = Date.now() + 600 * SECOND;
  const scope = { stack: STACK, urn: "*:SecurityGroup::*" };
  const body = { policy: POLICY, scope, reason: "The front door is open.", endsAt: new Date(endsAt).toISOString() };
  const { body: exemption } = await asked("POST", "/v1/exemptions", { body, key: await keyOf("ada", "operator") });
  await asked("POST", `/v1/exemptions/${exemption.id}/approve`, { key: await keyOf("grace", "approver") });
});
afterAll(async () => {
  await service?.close();
  provider?.close();
  await laptop?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Whether something passed, and what refused it where it did not. */
interface Outcome {
  readonly passed: boolean;
  readonly said: string;
}

/** A rollout, by which the stack set gets these doors. */
async function roll(doors: readonly string[]): Promise<Outcome> {
  const etag = (await asked("GET", SET)).headers.get("etag") ?? "";
  const { body } = await asked("PATCH", SET, { body: { inputs: { doors } }, etag });
  const { status, error } = await untilEnded(service, `/v1/rollouts/${body.id}`);
  return { passed: status === "succeeded", said: JSON.stringify(error) };
}

async function operate(kind: string): Promise<Outcome> {
  const { body } = await asked("POST", `/v1/stacks/${STACK}/operations`, { body: { kind } });
  const { status, verdicts } = await untilEnded(service, `/v1/operations/${body.id}`);
  return { passed: status === "succeeded", said: JSON.stringify(verdicts) };
}

async function gateOfService(): Promise<Outcome> {
  const { body } = await asked("POST", "/v1/gate", { body: { stack: STACK } });
  return { passed: body.passed, said: JSON.stringify(body) };
}

/** `meridian gate`, in this process, at the test's time. */
async function gate(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  let said = "";
  const tell = (text: string): void => {
    said += text;
  };
  const world = { env, fetch, outBytes: () => undefined, out: tell, err: tell };
  vi.useFakeTimers({ toFake: ["Date"], now: timeInFile(path.join(folder, "clock")) });
  const exitCode = await runCli(meridianCommand, ["gate", ...args], world).finally(() => vi.useRealTimers());
  expect([0, 3], said).toContain(exitCode);
  return { passed: exitCode === 0, said };
}

/** A preview on another backend, by the pack and what a bundle says. */
async function packPreview(config: string): Promise<Outcome> {
  const { exitCode, output } = await laptop.pulumi(
    "preview",
    "--policy-pack",
    packFolder,
    "--policy-pack-config",
    config,
  );
  return { passed: exitCode === 0, said: output };
}

/** What each door answers at this moment; the rollout is for `doors`. */
async function everyDoor(doors: readonly string[], bundle: string): Promise<Readonly<Record<string, Outcome>>> {
  const ofService = { MERIDIAN_URL: service.url, MERIDIAN_KEY: service.adminKey };
  const state = path.join(folder, "state.json");
  return {
    rollout: await roll(doors),
    preview: await operate("preview"),
    up: await operate("up"),
    gateOfService: await gateOfService(),
    meridianGate: await gate(["--stack", STACK], ofService),
    meridianGateByBundle: await gate(["--state", state, "--bundle", path.join(folder, bundle)]),
    policyPack: await packPreview(path.join(folder, `config-of-${bundle}`)),
  };
}

test("one exemption, a second before its end and a second after, at every door of the service and beside it", async () => {
  const urn = `urn:pulumi:${STACK}::meridian::aws:ec2/securityGroup:SecurityGroup::front`;
  const ingress = [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }];
  const door = { urn, type: "aws:ec2/securityGroup:SecurityGroup", custom: true, inputs: { ingress, tags } };
  await writeFile(path.join(folder, "state.json"), JSON.stringify({ version: 3, deployment: { resources: [door] } }));

  await setTime(endsAt - SECOND);
  const { body: bundle } = await asked("GET", `/v1/gate/bundle?stack=${STACK}`);
  expect(bundle.exemptions).toHaveLength(1);
  await writeFile(path.join(folder, "bundle.json"), JSON.stringify(bundle));
  await writeFile(path.join(folder, "config-of-bundle.json"), JSON.stringify(bundle.config));
  const before = await everyDoor(["front"], "bundle.json");

  await setTime(endsAt + SECOND);
  const after = await everyDoor(["front", "back"], "bundle.json");

  for (const [name, { passed, said }] of Object.entries(before))
    expect({ name, passed }, said).toEqual({ name, passed: true });
  for (const [name, { passed, said }] of Object.entries(after)) {
    expect({ name, passed }, said).toEqual({ name, passed: false });
    if (name !== "rollout") expect(said).toContain(POLICY);
  }
});
