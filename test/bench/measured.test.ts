import { expect, test } from "vitest";
import { prepareGround } from "../../bench/ground.ts";
import { processTree } from "../../bench/measure/processTree.ts";
import { runSections } from "../../bench/runSections.ts";
import { setUpStockProject } from "../../bench/stock/stockProject.ts";

const inputs = { resources: 10, generation: 1 };

test("each contender makes, changes and removes the same stack, a failure is no result, and nothing is left running", async () => {
  const before = new Set(processTree(process.pid).map(({ pid }) => pid));
  const ground = await prepareGround();
  // PostgreSQL and the simulated cloud outlive their starter, and are then below nobody of ours: so they are noted now.
  const started = processTree(process.pid).filter(({ pid }) => !before.has(pid));
  expect(started.filter(({ command }) => /postgres|sandbox/.test(command)).length).toBeGreaterThan(1);
  try {
    const { meridian, baseline, world } = ground;
    expect(await meridian.rest.create("one", inputs)).toEqual({ resources: 12 });
    await meridian.rest.change("one", { ...inputs, generation: 2 });
    expect((await meridian.gateCost()).steps).toBeGreaterThan(0);
    await meridian.rest.destroy("one");
    await expect(meridian.rest.create("two", { resources: 11, generation: 1 })).rejects.toThrow("no multiple of 10");

    await baseline.create("one", inputs, "equally-safe");
    await baseline.change("one", { ...inputs, generation: 2 }, "plain");
    await baseline.destroy("one");
    await expect(baseline.create("two", { resources: 11, generation: 1 }, "plain")).rejects.toThrow("500");

    const stock = await setUpStockProject(world, { service: { url: meridian.url, key: meridian.adminKey } });
    await stock.create("one", inputs);
    await stock.destroy("one");
    await expect(stock.destroy("absent")).rejects.toThrow("absent");
    await stock.close();

    const late = { plan: { totalMs: 0, sections: {} as never }, only: ["a20"] as const }; // no section is looked up
    for await (const outcome of runSections(ground, late))
      expect(outcome).toMatchObject({ skipped: expect.stringContaining("no time") });
  } finally {
    await ground.close();
  }
  expect(started.flatMap(({ pid }) => processTree(pid)).map(({ command }) => command)).toEqual([]);
}, 300_000);
