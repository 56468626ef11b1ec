import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunningCli } from "../support/pulumiCli.ts";
import { THREE_THINGS } from "./journeys/stackJourney.ts";
import { sides, startTwoBackends, type TwoBackends } from "./support/twoBackends.ts";

vi.setConfig({ testTimeout: 240_000 });

let two: TwoBackends;
beforeEach(async () => {
  two = await startTwoBackends();
  await two.program(THREE_THINGS);
  await both("stack init dev");
});
afterEach(() => two.close());

async function both(command: string): Promise<readonly (number | null)[]> {
  const ended = await two.run(command.split(" "));
  return sides.map((side) => ended[side].code);
}

const created = (side: (typeof sides)[number]) =>
  two.providers[side].calls.filter(({ method }) => method === "create").map(({ urn }) => urn.split("::").at(-1));

test("a stack that a killed client holds is refused to the next, and freed by cancel, with the create in flight known", async () => {
  for (const side of sides) two.providers[side].hold("::b");
  const running = two.start(["up", "--yes", "--skip-preview"]);
  const begun = () =>
    expect(sides.map((side) => created(side))).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  await vi.waitFor(begun, { timeout: 60_000, interval: 50 });
  for (const side of sides) running[side].child.kill("SIGKILL");
  await Promise.all(sides.map((side) => running[side].ended));
  for (const side of sides) two.providers[side].release();

  const held = await two.run(["up", "--yes", "--skip-preview"]);
  expect(held.file.code).not.toBe(0);
  expect(held.meridian.code).toBe(held.file.code);
  expect(held.meridian.output).toContain("Another update");
  expect(await both("cancel --yes")).toEqual([0, 0]);
  const states = await two.states();
  expect(JSON.stringify(states.meridian["dev"])).toContain('"creating"');
  expect(states.meridian).toEqual(states.file);
  expect(await both("refresh --yes --skip-preview --clear-pending-creates")).toEqual([0, 0]);
  expect(await both("up --yes --skip-preview")).toEqual([0, 0]);
  const after = await two.states();
  expect(after.meridian).toEqual(after.file);
});

test("watch updates a stack whenever a file is saved, and ends when it is interrupted", async () => {
  const tools = await mkdtemp(path.join(tmpdir(), "meridian-watch-"));
  const saves = path.join(tools, "saves");
  await writeFile(saves, "");
  // Pulumi's own tool, which says what was saved, is not in its Go modules; the CLI starts whatever has its name.
  const tool = path.join(tools, "pulumi-watch");
  await writeFile(tool, `#!/bin/sh\nexec tail -n +1 -F '${saves}'\n`, { mode: 0o755 });
  const running = two.start(["watch"], {
    PATH: [tools, path.dirname(process.execPath), process.env["PATH"]].join(":"),
  });
  const settled = (name: string) =>
    vi.waitFor(
      async () => {
        const states = await two.states();
        expect(JSON.stringify(states.file["dev"])).toContain(`Thing::${name}`);
        expect(states.meridian).toEqual(states.file);
      },
      { timeout: 90_000, interval: 200 },
    );
  try {
    await appendFile(saves, "index.cjs\n");
    await settled("c");
    await two.program(`${THREE_THINGS}Thing("d", "test:index:Thing", {}, { dependsOn: [c] });\n`);
    await appendFile(saves, "index.cjs\n");
    await settled("d");
  } finally {
    await Promise.all(sides.map((side) => interrupted(running[side])));
    await rm(tools, { recursive: true, force: true });
  }
});

/** An interrupt that comes while an update still ends is for that update, and the CLI watches on; so it is sent until it ends. */
async function interrupted({ child, ended }: RunningCli): Promise<void> {
  const again = setInterval(() => child.kill("SIGINT"), 1_000);
  child.kill("SIGINT");
  await ended.finally(() => clearInterval(again));
}
