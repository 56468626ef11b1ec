import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Laptop, setUpLaptop } from "./support/pulumiCli.ts";
import { keys, startTestBackend, type TestBackend } from "./support/testBackend.ts";
import { startTestProvider, type TestProvider } from "./support/testProvider.ts";

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
