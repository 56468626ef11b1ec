import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GatedProvider, startGatedProvider } from "./support/gatedProvider.ts";
import { descendantsOf, isAlive, startWorkbench, until, type Workbench } from "./support/workbench.ts";

let bench: Workbench;
let provider: GatedProvider;
beforeAll(async () => {
  [bench, provider] = await Promise.all([
    startWorkbench({
      capacity: 2,
      policyPack: path.dirname(createRequire(import.meta.url).resolve("./support/pack/index.js")),
    }),
    startGatedProvider(),
  ]);
});
afterAll(async () => {
  await bench.close();
  provider.stop();
});

const things = (stack: string, count: number) =>
  bench.job({
    stack,
    program: "things",
    config: { "test:count": String(count) },
    providers: `test:${provider.port}`,
    policies: true,
  });
const analyzers = async () =>
  (await descendantsOf(bench.host.pid() ?? 0)).filter(({ command }) => command.includes("analyzer.ts"));

test("a mandatory verdict in the preview half of an up stops it before anything is made", async () => {
  const report = await bench.hub.run(await things("denied", 3));
  expect(report.outcome).toBe("failed");
  expect(report.diagnostics).toContain("a third thing, says");
  expect(provider.created).toEqual([]);
});

test("one resident pack judges one job after another", async () => {
  const before = await analyzers();
  expect(before).toHaveLength(1);
  expect((await bench.hub.run(await things("clean", 2))).outcome).toBe("succeeded");
  const denied = await bench.hub.run(await things("denied-again", 3));
  expect(denied.diagnostics).toContain(`a third thing, says ${before[0]?.pid}`);
  expect(await analyzers()).toEqual(before);
});

test("two jobs at once are judged by two packs", async () => {
  provider.hold();
  const runs = [bench.hub.run(await things("left", 2)), bench.hub.run(await things("right", 2))];
  await until("creates of both are in flight", () => provider.waiting === 4);
  expect(await analyzers()).toHaveLength(2);
  provider.release();
  expect((await Promise.all(runs)).map(({ outcome }) => outcome)).toEqual(["succeeded", "succeeded"]);
});

test("a pack that died is replaced for the next job", async () => {
  const dead = (await analyzers()).map(({ pid }) => pid);
  for (const pid of dead) process.kill(pid, "SIGKILL");
  await until("they are gone", () => !dead.some(isAlive));
  expect((await bench.hub.run(await things("after-death", 2))).outcome).toBe("succeeded");
  const denied = await bench.hub.run(await things("denied-after-death", 3));
  expect(denied.diagnostics).toContain("a third thing, says");
});
