import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Laptop, setUpLaptop } from "./support/pulumiCli.ts";
import { keys, startTestBackend, type TestBackend } from "./support/testBackend.ts";
import { startTestProvider, type TestProvider } from "./support/testProvider.ts";

/** Each command of the CLI is a process; a dozen of them take a minute where other suites run beside this one. */
vi.setConfig({ testTimeout: 240_000 });

let backend: TestBackend;
let provider: TestProvider;
let laptop: Laptop;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());
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

const THREE_THINGS = `
const a = Thing("a", "test:index:Thing", { size: 1 });
const b = Thing("b", "test:index:Thing", { size: 2 }, { dependsOn: [a] });
Thing("c", "test:index:Thing", { size: 3 }, { dependsOn: [b] });
exports.name = "game";
exports.token = pulumi.secret("hush");
`;

test("a stock CLI logs in, makes a stack, previews, updates, refreshes, destroys and removes it", async () => {
  await laptop.program(THREE_THINGS);
  await ok("login", backend.url);
  expect((await ok("whoami")).stdout.trim()).toBe("operator-studio");
  await ok("stack", "init", "one");
  await ok("preview", "-s", "one");
  expect(provider.calls).toEqual([]);
  await ok("up", "--yes", "-s", "one");
  expect(provider.calls.filter(({ method }) => method === "create")).toHaveLength(3);
  await ok("refresh", "--yes", "-s", "one");
  await ok("up", "--yes", "-s", "one");
  expect(JSON.parse((await ok("stack", "output", "--json", "-s", "one")).stdout)).toEqual({
    name: "game",
    token: "[secret]",
  });
  await ok("destroy", "--yes", "-s", "one");
  expect(provider.calls.filter(({ method }) => method === "delete")).toHaveLength(3);
  await ok("stack", "rm", "--yes", "-s", "one");
  expect(JSON.parse((await ok("stack", "ls", "--json")).stdout)).toEqual([]);
});

test("secrets in configuration and outputs go through the service and are readable by it alone", async () => {
  await laptop.program(`
const config = new pulumi.Config();
Thing("a", "test:index:Thing", { password: config.requireSecret("password") });
exports.password = config.requireSecret("password");`);
  await ok("stack", "init", "secretive");
  await ok("config", "set", "--secret", "password", "hush-hush", "-s", "secretive");
  expect((await ok("config", "get", "password", "-s", "secretive")).stdout.trim()).toBe("hush-hush");
  await ok("up", "--yes", "-s", "secretive");
  const shown = await ok("stack", "output", "--show-secrets", "--json", "-s", "secretive");
  expect(JSON.parse(shown.stdout)).toEqual({ password: "hush-hush" });
  expect((await ok("stack", "export", "-s", "secretive")).stdout).not.toContain("hush-hush");
  const history = JSON.parse((await ok("stack", "history", "--json", "-s", "secretive")).stdout);
  expect(history).toMatchObject([
    { kind: "update", result: "succeeded", version: 1, config: { "game:password": { secret: true } } },
  ]);
});

test("a state is exported and imported again", async () => {
  await laptop.program(THREE_THINGS);
  await ok("stack", "init", "moved");
  await ok("up", "--yes", "-s", "moved");
  await ok("stack", "export", "--file", "state.json", "-s", "moved");
  // The CLI seals secrets anew whenever it exports.
  const state = async () => (await ok("stack", "export", "-s", "moved")).stdout.replaceAll(/"ciphertext": ".*"/g, "");
  const before = await state();
  await ok("stack", "import", "--file", "state.json", "-s", "moved");
  expect(await state()).toBe(before);
  const preview = await ok("preview", "--expect-no-changes", "-s", "moved");
  expect(preview.output).toContain("4 unchanged");
});

/** What an update leaves, without what differs from run to run by nature. */
const stateOf = async (stack: string): Promise<string> => {
  const { deployment } = JSON.parse((await ok("stack", "export", "-s", stack)).stdout);
  const changing = ["created", "modified", "id", "ciphertext"];
  const plain = JSON.stringify(deployment.resources, (key, value) => (changing.includes(key) ? undefined : value), 1);
  return plain.replaceAll(stack, "stack").replaceAll(/::[0-9a-f]{8}-[0-9a-f-]{27}/g, "::id");
};

test("a client that journals and one that sends checkpoints leave the same state, step for step", async () => {
  const programs = [
    THREE_THINGS,
    `const a = Thing("a", "test:index:Thing", { size: 1, fixed: 1 });
     Thing("b", "test:index:Thing", { size: 9 }, { dependsOn: [a] });
     exports.name = "other";`,
    `const a = Thing("a", "test:index:Thing", { size: 1, fixed: 2 });
     const b = Thing("b", "test:index:Thing", { size: 9 }, { dependsOn: [a] });
     Thing("d", "test:index:Thing", {}, { parent: b });`,
    `Thing("a", "test:index:Thing", { size: 1, fixed: 3 }, { deleteBeforeReplace: true });`,
  ];
  await laptop.program("");
  for (const stack of ["journaled", "checkpointed"]) await ok("stack", "init", stack);
  // Each resource depends on the one before: others would stand in the order in which they happened to be made.
  const up = ["up", "--yes", "--skip-preview", "-s"];
  for (const program of programs) {
    await laptop.program(program);
    await ok(...up, "journaled");
    const plain = await laptop.run([...up, "checkpointed"], { PULUMI_DISABLE_JOURNALING: "true" });
    expect(`${plain.output}\nexit ${plain.code}`).toContain("exit 0");
    expect(await stateOf("journaled")).toBe(await stateOf("checkpointed"));
  }
});

test("a cancelled update is fenced, its creates in flight block the next up, and a refresh settles them", async () => {
  await laptop.program(THREE_THINGS);
  await ok("stack", "init", "halted");
  provider.hold("::b");
  const up = laptop.start(["up", "--yes", "--skip-preview", "-s", "halted"]);
  await vi.waitFor(() => expect(provider.calls.some(({ urn }) => urn.endsWith("::b"))).toBe(true), { timeout: 30_000 });
  const second = await laptop.run(["up", "--yes", "--skip-preview", "-s", "halted"]);
  expect(second.code).not.toBe(0);
  expect(second.output).toContain("Another update");
  await ok("cancel", "--yes", "halted");
  provider.release();
  const { code } = await up.ended;
  expect(code).not.toBe(0);
  expect(provider.calls.some(({ urn }) => urn.endsWith("::c"))).toBe(false);

  const blocked = await laptop.run(["up", "--yes", "-s", "halted"]);
  expect(blocked.code).not.toBe(0);
  expect(blocked.output).toContain("refresh --clear-pending-creates");
  await ok("refresh", "--yes", "--clear-pending-creates", "-s", "halted");
  await ok("up", "--yes", "-s", "halted");
});
