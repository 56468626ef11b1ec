import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkbench, type Workbench } from "./support/workbench.ts";

let bench: Workbench;
beforeAll(async () => {
  bench = await startWorkbench();
});
afterAll(() => bench.close());

test("runs an inline program to its outputs", async () => {
  const job = await bench.job({ stack: "first", program: "describe" });
  const report = await bench.hub.run(job);
  expect(report).toMatchObject({ outcome: "succeeded", exitCode: 0 });
  expect(await bench.outputsOf(job)).toMatchObject({ stack: "first" });
});
