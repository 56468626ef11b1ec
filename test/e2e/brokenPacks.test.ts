import { readdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { crossGuardFolder, type RuleBodies } from "../support/packArtefact.ts";
import { ofPet, type PackWorld, startPackWorld } from "./supportOwnPacks.ts";

/** Engines, runners and packs are processes that load SDKs, on a machine that others use too. */
vi.setConfig({ testTimeout: 240_000 });

let world: PackWorld;

beforeAll(async () => {
  world = await startPackWorld();
  expect(await world.createPets("dogs")).toMatchObject({ status: "succeeded" });
}, 120_000);
afterAll(() => world?.service.close());

test.each<readonly [string, string, RuleBodies, string, RegExp]>([
  [
    "throws",
    "throws",
    { quiet: "", thrower: ofPet(`throw new RangeError("out of pets");`) },
    "gate-pack-threw",
    /rule thrower \(RangeError: out of pets\)/,
  ],
  [
    "hangs",
    "hangs",
    { quiet: "", waiter: ofPet("for (;;) {}") },
    "gate-pack-hung",
    /rule waiter \(nothing was heard of it/,
  ],
  [
    "returns nonsense",
    "lies",
    { liar: ofPet(`report("x", "urn:pulumi:a::b::c:d:E::f");`) },
    "gate-pack-nonsense",
    /rule liar/,
  ],
  [
    "ends its process",
    "leaves",
    { leaver: ofPet("process.exit(0);") },
    "gate-pack-died",
    /the pack leaves 1\.0\.0 died/,
  ],
])(
  "a pack that %s fails the operation closed with its name and rule, and the next one of another stack succeeds",
  async (_, name, rules, policy, words) => {
    const release = await world.enforce(crossGuardFolder(rules, { name }), { stackSet: name });
    const denied = await world.createPets(name);
    expect(denied, JSON.stringify(denied.error)).toMatchObject({ status: "policy-denied", applied: { create: 0 } });
    const verdict = denied.verdicts.find((each: { policy: string }) => each.policy === policy);
    expect(verdict, JSON.stringify(denied.verdicts)).toMatchObject({
      pack: name,
      level: "mandatory",
      outcome: "unknown",
    });
    expect(verdict.message).toMatch(words);
    expect(await world.bringUp("dogs")).toMatchObject({ status: "succeeded" });
    await release();
  },
);

test("a pack that cannot be loaded any more fails the operation closed, and the next one of another stack succeeds", async () => {
  const pack = crossGuardFolder({ leaver: "process.exit(0);" }, { name: "spoiled" });
  const release = await world.enforce(pack, { stackSet: "spoiled" });
  const file = `${world.service.dataDir}/packs/artefacts/${pack.digest.slice("sha256:".length)}/index.js`;
  await writeFile(file, 'throw new Error("the licence has run out");');
  const denied = await world.createPets("spoiled");
  expect(denied).toMatchObject({ status: "policy-denied", applied: { create: 0 } });
  expect(denied.verdicts).toContainEqual(
    expect.objectContaining({
      policy: "gate-pack-not-loaded",
      message: expect.stringMatching(/the pack spoiled 1\.0\.0 cannot be loaded \(.*the licence has run out/),
    }),
  );
  expect(await world.bringUp("dogs")).toMatchObject({ status: "succeeded" });
  await release();
});

test("a pack's process that is killed in the middle of a judgement costs the operation nothing", async () => {
  const slow = crossGuardFolder(
    { slow: ofPet(`return new Promise((go) => setTimeout(go, 800));`) },
    { name: "slow-rules" },
  );
  const before = await world.packProcesses();
  const release = await world.enforce(slow, { stackSet: "fish" });
  const [mine] = (await world.packProcesses()).filter((pid) => !before.includes(pid));
  const going = world.createPets("fish");
  const begun = async () => {
    const trace = `${world.service.dataDir}/packs/temporary`;
    const files = (await readdir(trace, { recursive: true })).filter((file) => file.endsWith("/rules"));
    const texts = await Promise.all(files.map((file) => readFile(`${trace}/${file}`, "utf8")));
    expect(texts.some((text) => text.startsWith("slow\n"))).toBe(true);
  };
  await vi.waitFor(begun, { timeout: 60_000, interval: 20 });
  process.kill(mine ?? 0, "SIGKILL");
  const ended = await going;
  expect(ended.status, JSON.stringify(ended.error)).toBe("succeeded");
  expect(await world.packProcesses()).not.toContain(mine);
  await release();
});
