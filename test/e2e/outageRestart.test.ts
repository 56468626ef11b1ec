import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { changesMade, inCloud } from "./supportLedger.ts";
import { CHAIN } from "./supportPrograms.ts";

vi.setConfig({ testTimeout: 300_000 });

let service: TestService;
let laptop: Laptop;
let chain: Project;

beforeAll(async () => {
  service = await startTestService();
  laptop = await setUpLaptop(service);
  chain = await laptop.project("chain", CHAIN);
  await chain.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
});
afterAll(async () => {
  await laptop?.close();
  await service?.close();
});

async function setCallTime(callMs: number): Promise<void> {
  const { status } = await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor: 0, callMs } });
  expect(status).toBe(200);
}

test.each(["SIGKILL", "SIGTERM"] as const)(
  "a restart of the control process after a %s is unseen by updates of laptops that are under way",
  async (signal) => {
    const stacks = ["one", "two"].map((name) => `${name}-${signal.toLowerCase()}`);
    for (const stack of stacks) {
      await chain.ok(["stack", "init", stack]);
      await chain.ok(["config", "set", "aws:region", "eu-west-1", "-s", stack]);
    }
    await setCallTime(2_000);
    const updates = stacks.map((stack) => chain.start(["up", "--yes", "--skip-preview", "-s", stack]));
    await Promise.all(updates.map((update) => update.printed("second creating")));
    await service.kill(signal);
    await service.restart();
    for (const update of updates) {
      const { exitCode, output } = await update.ended;
      expect(`${output}\nexit ${exitCode}`).toContain("exit 0");
    }
    await setCallTime(0);
    for (const stack of stacks) {
      expect(await changesMade(service, `chain/${stack}`)).toEqual(["create first", "create second", "create third"]);
      expect(await inCloud(service, `chain/${stack}`)).toEqual(["first", "second", "third"]);
      await chain.ok(["preview", "--expect-no-changes", "-s", stack]);
    }
  },
);
