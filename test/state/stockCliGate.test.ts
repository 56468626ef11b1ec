import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Laptop, setUpLaptop } from "./support/pulumiCli.ts";
import { keys, realGate, startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";
import { startTestProvider, type TestProvider } from "./support/testProvider.ts";

/** Each command of the CLI is a process; a dozen of them take a minute where other suites run beside this one. */
vi.setConfig({ testTimeout: 240_000 });

let backend: TestBackend;
let provider: TestProvider;
let laptop: Laptop;

beforeAll(async () => {
  const placement = { cloud: "aws", account: "111111111111", region: "eu-west-1" };
  backend = await startTestBackend({ gate: await realGate(), placement });
});
afterAll(async () => {
  await backend.close();
  await (await realGate()).close();
});
beforeEach(async () => {
  provider = await startTestProvider();
  laptop = await setUpLaptop({ url: backend.url, key: keys.operator, providerPort: provider.port });
});
afterEach(async () => {
  await laptop.close();
  provider.stop();
});

const ok = async (...args: string[]) => {
  const result = await laptop.run(args);
  expect(`${result.output}\nexit ${result.code}`).toContain("exit 0");
  return result;
};
const made = () => provider.calls.filter(({ method }) => method === "create").map(({ urn }) => urn.split("::").at(-1));
const pendingOf = async (stack: string) => {
  const { deployment } = JSON.parse((await ok("stack", "export", "-s", stack)).stdout);
  return deployment.pending_operations ?? [];
};
const verdicts = () => backend.database.db.selectFrom("verdicts").selectAll().orderBy("id").execute();

const groupWith = (cidr: string) => `
const clean = Thing("clean", "test:index:Thing", {});
Thing("door", "aws:ec2/securityGroup:SecurityGroup", {
  ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["${cidr}"] }],
}, { dependsOn: [clean] });
`;

describe.each([
  { way: "journals", env: {} },
  { way: "sends checkpoints", env: { PULUMI_DISABLE_JOURNALING: "true" } },
])("a client that $way", ({ way, env }) => {
  const stack = way.replaceAll(" ", "-");

  test("is refused a world-open port on the resource's own line, and the provider never hears of it", async () => {
    await laptop.program(groupWith("0.0.0.0/0"));
    await ok("stack", "init", stack);
    const before = (await verdicts()).length;
    const up = await laptop.run(["up", "--yes", "-s", stack], env);
    expect(up.code).not.toBe(0);
    const line = up.output.split("\n").find((text) => text.includes("no-open-management-port")) ?? "";
    expect(up.output).toMatch(/aws:ec2:SecurityGroup \(door\):\n\s*error: .*\[?403/);
    expect(line).toContain("mandatory");
    expect(line).toContain("Remedy:");
    expect(made()).toEqual(["clean"]);
    expect(await pendingOf(stack)).toEqual([]);
    expect((await verdicts()).slice(before).map(({ verdict }) => (verdict as { policy: string }).policy)).toContain(
      "security-no-open-management-port",
    );

    await laptop.program(groupWith("10.0.0.0/8"));
    const clean = await laptop.run(["up", "--yes", "-s", stack], env);
    expect(`${clean.output}\nexit ${clean.code}`).toContain("exit 0");
    expect(made()).toEqual(["clean", "door"]);
    const destroyed = await laptop.run(["destroy", "--yes", "-s", stack], env);
    expect(`${destroyed.output}\nexit ${destroyed.code}`).toContain("exit 0");
  });
});

test("a port that is a secret is judged by its value, which the refusal does not repeat", async () => {
  await laptop.program(`
Thing("door", "aws:ec2/securityGroup:SecurityGroup", {
  ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: pulumi.secret(["0.0.0.0/0"]) }],
});`);
  await ok("stack", "init", "hidden");
  const up = await laptop.run(["up", "--yes", "--skip-preview", "-s", "hidden"]);
  expect(up.output).toContain("no-open-management-port");
  expect(up.output).not.toContain("0.0.0.0/0");
  expect(made()).toEqual([]);
});

test("the deletion of a protected data store in production is refused for that resource", async () => {
  await laptop.program(`
Thing("sessions", "aws:dynamodb/table:Table", {
  attributes: [{ name: "id", type: "S" }], hashKey: "id", billingMode: "PAY_PER_REQUEST",
  deletionProtectionEnabled: true, serverSideEncryption: { enabled: true }, pointInTimeRecovery: { enabled: true },
});
Thing("other", "test:index:Thing", {});`);
  await ok("stack", "init", "store");
  await ok("up", "--yes", "-s", "store");
  const destroy = await laptop.run(["destroy", "--yes", "--skip-preview", "-s", "store"]);
  expect(destroy.code).not.toBe(0);
  expect(destroy.output).toContain("protect-data-stores");
  expect(provider.calls.filter(({ method, urn }) => method === "delete" && urn.endsWith("::sessions"))).toEqual([]);
});

test("a forbidden up of a governed stack stops at its preview, with nothing at all made", async () => {
  await backend.database.db
    .insertInto("targets")
    .values({
      name: "live",
      cloud: "aws",
      account: "111111111111",
      environment: "production",
      regions: ["eu-west-1"],
      doors: ["cli", "service"],
      credentials: JSON.stringify({}),
    })
    .execute();
  await backend.state.ensureStack(undefined, {
    team: TEAM,
    project: "game",
    name: "governed",
    target: "live",
    region: "eu-west-1",
    doors: ["cli", "service"],
    tags: { "meridian:environment": "production" },
  });
  await laptop.program(groupWith("0.0.0.0/0"));
  const up = await laptop.run(["up", "--yes", "-s", "governed"]);
  expect(up.code).not.toBe(0);
  expect(up.output).toContain("no-open-management-port");
  expect(made()).toEqual([]);
  await laptop.program(groupWith("10.0.0.0/8"));
  await ok("up", "--yes", "-s", "governed");
  const elsewhere = await laptop.run(["up", "--yes", "-s", "governed", "-c", "aws:region=us-east-1"]);
  expect(elsewhere.output).toContain("the stack's target is the region eu-west-1");
});

test("a state import with a forbidden resource is refused and changes nothing", async () => {
  await laptop.program(groupWith("10.0.0.0/8"));
  await ok("stack", "init", "edited");
  await ok("up", "--yes", "-s", "edited");
  const before = (await ok("stack", "export", "-s", "edited")).stdout;
  const { writeFile } = await import("node:fs/promises");
  await writeFile(`${laptop.folder}/state.json`, before.replaceAll("10.0.0.0/8", "0.0.0.0/0"));
  const refused = await laptop.run(["stack", "import", "--file", "state.json", "-s", "edited"]);
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain("no-open-management-port");
  expect((await ok("stack", "export", "-s", "edited")).stdout).toBe(before);
  await writeFile(`${laptop.folder}/state.json`, before);
  await ok("stack", "import", "--file", "state.json", "-s", "edited");
});
