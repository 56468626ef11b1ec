import { readdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { crossGuardFolder, type PackFolder, type RuleBodies } from "../support/packArtefact.ts";
import { ofPet, type PackWorld, startPackWorld } from "./supportOwnPacks.ts";

/** Engines, runners and packs are processes that load SDKs, on a machine that others use too. */
vi.setConfig({ testTimeout: 240_000 });

let world: PackWorld;

beforeAll(async () => {
  world = await startPackWorld();
  expect(await world.createPets("dogs")).toMatchObject({ status: "succeeded" });
}, 120_000);
afterAll(() => world?.service.close());

interface Broken {
  readonly name: string;
  readonly rules: RuleBodies;
  readonly policy: string;
  readonly words: RegExp;
}

const broken: readonly Broken[] = [
  {
    name: "throws",
    rules: { quiet: "", thrower: ofPet(`throw new RangeError("out of pets");`) },
    policy: "gate-pack-threw",
    words: /the pack throws 1\.0\.0 failed in its rule thrower \(RangeError: out of pets\)/,
  },
  {
    name: "hangs",
    rules: { quiet: "", waiter: ofPet("for (;;) {}") },
    policy: "gate-pack-hung",
    words: /the pack hangs 1\.0\.0 does not answer in its rule waiter \(nothing was heard of it/,
  },
  {
    name: "lies",
    rules: { liar: ofPet(`report("x", "urn:pulumi:a::b::c:d:E::f");`) },
    policy: "gate-pack-nonsense",
    words: /the pack lies 1\.0\.0 .* in its rule liar/,
  },
  {
    name: "leaves",
    rules: { leaver: ofPet("process.exit(0);") },
    policy: "gate-pack-died",
    words: /the pack leaves 1\.0\.0 died/,
  },
  {
    name: "spoiled",
    rules: { leaver: "process.exit(0);" },
    policy: "gate-pack-not-loaded",
    words: /the pack spoiled 1\.0\.0 cannot be loaded \(.*the licence has run out/,
  },
];

/** What was unpacked changes on disk, as if it could not be loaded any more. */
async function spoil({ digest }: PackFolder): Promise<void> {
  const file = `${world.service.dataDir}/packs/artefacts/${digest.slice("sha256:".length)}/index.js`;
  await writeFile(file, 'throw new Error("the licence has run out");');
}

test("packs that throw, hang, lie, die or load no more fail their operations closed by name and rule, and meanwhile another stack comes up", async () => {
  const packs = broken.map(({ name, rules }) => ({ name, folder: crossGuardFolder(rules, { name }) }));
  const releases = [];
  for (const { name, folder } of packs) releases.push(await world.enforce(folder, { stackSet: name }));
  await Promise.all(packs.filter(({ name }) => name === "spoiled").map(({ folder }) => spoil(folder)));
  const [dogs, ...denied] = await Promise.all([
    world.bringUp("dogs"),
    ...broken.map(({ name }) => world.createPets(name)),
  ]);
  for (const [index, { name, policy, words }] of broken.entries()) {
    const operation = denied[index];
    expect(operation, JSON.stringify(operation?.error)).toMatchObject({
      status: "policy-denied",
      applied: { create: 0 },
    });
    const verdict = operation.verdicts.find((each: { policy: string }) => each.policy === policy);
    expect(verdict, JSON.stringify(operation.verdicts)).toMatchObject({
      pack: name,
      level: "mandatory",
      outcome: "unknown",
      message: expect.stringMatching(words),
    });
  }
  expect(dogs.status, JSON.stringify(dogs.error)).toBe("succeeded");
  expect(await world.bringUp("dogs")).toMatchObject({ status: "succeeded" });
  for (const release of releases) await release();
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
