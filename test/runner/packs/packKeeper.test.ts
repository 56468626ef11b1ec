import { readdir, readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { keptPacks, thing } from "../../support/keptPacks.ts";
import { crossGuardFolder, regoFolder } from "../../support/packArtefact.ts";

vi.setConfig({ testTimeout: 60_000 });

const { dataDir, keeperOf } = keptPacks();
const bad = thing({ wrong: "yes" });
const fine = thing({ wrong: "no" }, "two");
const tags = {};

test("a CrossGuard pack names its rules and judges each resource", async () => {
  const pack = crossGuardFolder();
  const keeper = keeperOf([]);
  expect(await keeper.inspect(pack, pack.archive)).toEqual({
    name: "studio-rules",
    version: "1.0.0",
    description: "Of the studio.",
    policies: [{ name: "no-wrong-things", description: "The studio's rule.", level: "mandatory", on: "resource" }],
  });
  const [first, second] = await keeper.judge(pack, { tags, resources: [bad, fine] });
  expect(first?.findings).toEqual([
    {
      policy: "no-wrong-things",
      level: "mandatory",
      message: "The studio's rule.\nthe property wrong is yes",
      unknown: false,
    },
  ]);
  expect(second?.findings).toEqual([]);
});

test("a CrossGuard pack in TypeScript is compiled by its own SDK", async () => {
  const source = `import { PolicyPack, type ResourceValidationArgs } from "@pulumi/policy";
    new PolicyPack("typed", { policies: [{ name: "typed-rule", description: "", enforcementLevel: "advisory",
      validateResource: (args: ResourceValidationArgs, report) => { if (args.props["wrong"] === "yes") report("typed"); } }] });`;
  const manifest = JSON.stringify({ version: "2.0.0" });
  const pack = crossGuardFolder(
    {},
    { changed: { "index.js": undefined, "index.ts": source, "package.json": manifest } },
  );
  const [answer] = await keeperOf([pack]).judge(pack, { tags, resources: [bad] });
  expect(answer?.findings?.map(({ policy, level }) => [policy, level])).toEqual([["typed-rule", "advisory"]]);
});

test("stack rules of a CrossGuard pack see all resources, and the tags of the stack they are asked about", async () => {
  const more = `{ name: "few", description: "", enforcementLevel: "mandatory", validateStack: (args, report) => {
    report(args.stackTags.get("meridian:environment") + " " + args.resources.map((each) => each.name).join()); } }`;
  const pack = crossGuardFolder({}, { more });
  const keeper = keeperOf([pack]);
  const asked = ["production", "staging"].map((environment) =>
    keeper.judgeStack(pack, { tags: { "meridian:environment": environment }, resources: [bad, fine] }),
  );
  expect((await Promise.all(asked)).map(({ findings }) => findings?.[0]?.message)).toEqual([
    "\nproduction one,two",
    "\nstaging one,two",
  ]);
});

test("a rule that reads a value not known yet says so and nothing else", async () => {
  const pack = crossGuardFolder();
  const resource = thing({ wrong: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" });
  const [answer] = await keeperOf([pack]).judge(pack, { tags, resources: [resource] });
  expect(answer?.findings).toMatchObject([{ policy: "no-wrong-things", unknown: true }]);
});

test("a Rego bundle is judged by its entrypoints, with its data", async () => {
  const pack = regoFolder();
  const keeper = keeperOf([pack]);
  const { policies } = await keeper.inspect(pack, pack.archive);
  expect(policies.map(({ name, level, on, severity }) => [name, level, on, severity]).toSorted()).toEqual([
    ["studio.deny", "mandatory", "resource", "high"],
    ["studio.stack_deny", "mandatory", "stack", undefined],
    ["studio.violation", "mandatory", "resource", undefined],
    ["studio.warn_names", "advisory", "resource", undefined],
  ]);
  const bucket = thing({ acl: "public-read" }, "studio-maps", "aws:s3/bucket:Bucket");
  const violating = thing({ wrong: "violation", availabilityZone: "eu-west-1a" }, "studio-two");
  const elsewhere = thing({ availabilityZone: "us-east-1a" }, "three");
  const answers = await keeper.judge(pack, { tags, resources: [bucket, violating, elsewhere] });
  expect(answers.map(({ findings }) => findings?.map(({ policy, message }) => [policy, message]))).toEqual([
    [["studio.deny", "the bucket studio-maps is open to the world"]],
    [["studio.violation", "a violation with a severity"]],
    [
      ["studio.deny", "the zone is not one of ours"],
      ["studio.warn_names", "names begin with studio-"],
    ],
  ]);
  expect(answers[1]?.findings?.[0]).toMatchObject({ severity: "high", level: "mandatory" });
  const six = Array.from({ length: 6 }, (_, index) => thing({}, `studio-${index}`));
  expect((await keeper.judgeStack(pack, { tags, resources: six })).findings).toMatchObject([
    { policy: "studio.stack_deny", message: "the stack has 6 resources" },
  ]);
});

test("what a Rego rule says only with or only without a value not known yet is unknown", async () => {
  const pack = regoFolder();
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const resource = thing({ availabilityZone: unknown }, "three");
  const [answer] = await keeperOf([pack]).judge(pack, { tags, resources: [resource] });
  expect(answer?.findings?.map(({ policy, unknown: is }) => [policy, is])).toEqual([
    ["studio.deny", true],
    ["studio.warn_names", false],
  ]);
});

/** Processes of packs of this file, as the machine numbers them. */
async function packProcesses(): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return command.includes("crossGuardChild") && command.includes(dataDir) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

const started = "report(String(performance.timeOrigin));";
const startOf = (answer: { findings?: readonly { message: string }[] | undefined } | undefined) =>
  Number(answer?.findings?.[0]?.message.split("\n").at(-1));

test("a process that is killed in the middle of a judgement is replaced, and the judgement is given", async () => {
  const pack = crossGuardFolder({
    killed: `return new Promise((r) => setTimeout(r, 700)).then(() => { ${started} });`,
  });
  const keeper = keeperOf([pack]);
  const [before] = await keeper.judge(pack, { tags, resources: [bad] });
  const going = keeper.judge(pack, { tags, resources: [bad] });
  for (const pid of await packProcesses()) process.kill(pid, "SIGKILL");
  const [after] = await going;
  expect(after?.error).toBeUndefined();
  expect(startOf(after)).toBeGreaterThan(startOf(before));
});

test("a process that has grown over the limit is replaced", async () => {
  const pack = crossGuardFolder({ started });
  const keeper = keeperOf([pack], { residentBytes: 1 });
  const starts = [];
  for (const _ of [1, 2]) starts.push(startOf((await keeper.judge(pack, { tags, resources: [bad] }))[0]));
  expect(starts[1]).toBeGreaterThan(starts[0] ?? 0);
});

test("no process is left of a pack that would go on for ever", async () => {
  const more = `{ name: "few", description: "", enforcementLevel: "mandatory", validateStack: () => undefined }`;
  const clinging = `process.on("SIGTERM", () => undefined); process.on("exit", () => { for (;;) {} }); setInterval(() => undefined, 1);`;
  const { files } = crossGuardFolder({ quick: "" }, { more });
  const entry = files.find(({ path: at }) => at === "index.js")?.content.toString() ?? "";
  const pack = crossGuardFolder({}, { changed: { "index.js": `${entry}\n${clinging}` } });
  const keeper = keeperOf([pack]);
  const [answer] = await keeper.judge(pack, { tags, resources: [fine] });
  expect(answer?.findings).toEqual([]);
  expect(await packProcesses()).not.toEqual([]);
  await keeper.close();
  expect(await packProcesses()).toEqual([]);
});
