import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { TeardownFacts } from "../../api/gate/index.ts";
import { type Laptop, setUpLaptop } from "./support/pulumiCli.ts";
import { insertTarget } from "./support/rows.ts";
import { keys, realGate, startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";
import { startTestProvider, type TestProvider } from "./support/testProvider.ts";

/** Each command of the CLI is a process, on a machine that others use too. */
vi.setConfig({ testTimeout: 240_000 });

const calm: TeardownFacts = { now: "2026-03-01T12:00:00Z", gameEvents: [], dependents: [] };
const used: TeardownFacts = { ...calm, dependents: ["shop.live.eu-west-1"] };
const USED = "reliability-keep-used-stacks";

let backend: TestBackend;
let provider: TestProvider;
let laptop: Laptop;
let around = calm;
beforeAll(async () => {
  const placement = { cloud: "aws", account: "111111111111", region: "eu-west-1" };
  backend = await startTestBackend({ gate: await realGate(), placement, teardownFacts: async () => around });
  provider = await startTestProvider();
  laptop = await setUpLaptop({ url: backend.url, key: keys.operator, providerPort: provider.port });
  await insertTarget(backend);
  const place = { target: "live", region: "eu-west-1", doors: ["cli", "service"], tags: {} };
  await backend.state.ensureStack(undefined, { team: TEAM, project: "game", name: "emptied", ...place });
});
afterAll(async () => {
  await laptop.close();
  provider.stop();
  await backend.close();
  await (await realGate()).close();
});

const run = (...args: string[]) => laptop.run([...args, "--yes", "-s", "emptied"]);
const ok = async (...args: string[]) => {
  const { output, code } = await run(...args);
  expect(`${output}\nexit ${code}`).toContain("exit 0");
};
const refused = async (...args: string[]) => {
  const { output, code } = await run(...args);
  expect(`${output}\nexit ${code}`).toContain(USED);
  expect(code).not.toBe(0);
};
const deleted = () =>
  provider.calls.filter(({ method }) => method === "delete").map(({ urn }) => urn.split("::").at(-1));

test("a stock CLI is refused what would leave nothing of a stack that is used, and takes a part of it", async () => {
  await laptop.program(`Thing("hall", "test:index:Thing", {}); Thing("lobby", "test:index:Thing", {});`);
  await ok("up");
  around = used;
  await laptop.program("");
  await refused("up");
  await refused("up", "--skip-preview");
  await refused("destroy", "--skip-preview");
  expect(deleted()).toEqual([]);

  await ok("destroy", "--target", "urn:pulumi:emptied::game::test:index:Thing::hall");
  expect(deleted()).toEqual(["hall"]);
  await refused("destroy", "--target", "urn:pulumi:emptied::game::test:index:Thing::lobby");

  // The only resource that is left is deleted before its successor is made, as a preview shows: no teardown.
  await laptop.program(`Thing("lobby", "test:index:Thing", {}, { deleteBeforeReplace: true });`);
  await ok("up", "--replace", "urn:pulumi:emptied::game::test:index:Thing::lobby");
  expect(deleted()).toEqual(["hall", "lobby"]);
});
