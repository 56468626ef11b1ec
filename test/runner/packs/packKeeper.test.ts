import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createPackKeeper, type PackKeeper, type PackResource } from "../../../runner/packs/index.ts";
import type { PackKeeperOptions } from "../../../runner/packs/packKeeper.ts";
import {
  crossGuardFolder,
  goodRules,
  type PackFolder,
  type RuleBodies,
  regoFolder,
} from "../../support/packArtefact.ts";

vi.setConfig({ testTimeout: 60_000 });

let dataDir: string;
const keepers: PackKeeper[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "meridian-packs-"));
});
afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.close()));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

function keeperOf(packs: readonly PackFolder[], options: Partial<PackKeeperOptions> = {}): PackKeeper {
  const keeper = createPackKeeper({
    dataDir,
    env: process.env,
    patience: 2_000,
    fetchArchive: async (digest) => {
      const found = packs.find((pack) => pack.digest === digest);
      if (found === undefined) throw new Error("there is no such pack");
      return found.archive;
    },
    ...options,
  });
  keepers.push(keeper);
  return keeper;
}

const thing = (properties: PackResource["properties"], name = "one", type = "test:index:Thing"): PackResource => ({
  urn: `urn:pulumi:live::shop::${type}::${name}`,
  type,
  name,
  properties,
  protect: false,
});
const bad = thing({ wrong: "yes" });
const fine = thing({ wrong: "no" }, "two");
const tags = {};

async function faultOf(rules: RuleBodies, resource = bad, options: Partial<PackKeeperOptions> = {}) {
  const pack = crossGuardFolder(rules);
  const [answer] = await keeperOf([pack], options).judge(pack, { tags, resources: [resource] });
  const { fault, rule, message } = answer?.error ?? {};
  return { fault, rule, message };
}

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

test("a rule that throws is named, and the other resources are judged", async () => {
  const pack = crossGuardFolder({ thrower: `if (args.props.wrong === "yes") throw new TypeError("no such thing");` });
  const answers = await keeperOf([pack]).judge(pack, { tags, resources: [bad, fine] });
  expect(answers[0]?.error).toMatchObject({ fault: "threw", rule: "thrower", message: "TypeError: no such thing" });
  expect(answers[1]?.findings).toEqual([]);
});

test.each([
  ["for ever in one loop", "for (;;) {}"],
  ["for ever in a promise", "return new Promise(() => undefined);"],
])("a rule that runs %s is named, and the next judgement has a process of its own", async (_, body) => {
  const pack = crossGuardFolder({ quick: "", slow: `if (args.props.wrong === "yes") { ${body} }`, after: "" });
  const keeper = keeperOf([pack], { patience: 1_000 });
  const [hung, next] = await Promise.all([
    keeper.judge(pack, { tags, resources: [bad] }),
    keeper.judge(pack, { tags, resources: [fine] }),
  ]);
  expect(hung[0]?.error).toMatchObject({ fault: "hung", rule: "slow" });
  expect(next[0]?.findings).toEqual([]);
});

test.each([
  ["a level that there is not", `report({ message: "x", enforcementLevel: "fatal" });`, "threw"],
  ["another resource", `report("x", "urn:pulumi:live::shop::test:index:Thing::other");`, "nonsense"],
  ["a text without end", `report("x".repeat(5000));`, "nonsense"],
  ["more than anybody reads", `for (let i = 0; i < 300; i++) report("x");`, "nonsense"],
  [
    "a rule of the gate",
    `report({ name: "gate-no-judgement", message: "x", enforcementLevel: "advisory" });`,
    "nonsense",
  ],
])("a pack that reports %s is not believed", async (_, body, fault) => {
  expect(await faultOf({ liar: body })).toMatchObject({ fault });
});

test("a pack that ends its process has said nothing", async () => {
  expect(await faultOf({ leaver: "process.exit(0);" })).toMatchObject({ fault: "died" });
});

test("a pack that takes all memory there is dies alone", async () => {
  const body = `const all = []; for (;;) all.push(new Array(100000).fill(all.length));`;
  expect(await faultOf({ eater: body }, bad, { patience: 20_000 })).toMatchObject({ fault: "died" });
});

test.each([
  ["does not parse", { "index.js": "new PolicyPack(" }, /SyntaxError|Unexpected/],
  ["asks for a package that it has not", { "index.js": `import "no-such-package";` }, /no-such-package/],
  ["makes no pack", { "index.js": "export const nothing = 1;" }, /it said nothing/],
])("a pack that %s is not loaded, and it is said why", async (_, changed, words) => {
  const pack = crossGuardFolder(goodRules, { changed });
  const keeper = keeperOf([pack], { startMs: 15_000 });
  await expect(keeper.inspect(pack, pack.archive)).rejects.toMatchObject({ fault: "not-loaded" });
  const [answer] = await keeper.judge(pack, { tags, resources: [bad] });
  expect(answer?.error?.message).toMatch(words);
});

test("a Rego pack that is no bundle is not loaded, and it is said why", async () => {
  const pack = regoFolder({ changed: { "bundle.tar.gz": Buffer.from("nothing") } });
  await expect(keeperOf([]).inspect(pack, pack.archive)).rejects.toThrow(/incorrect header/);
});

test("a process that is killed in the middle of a judgement is replaced, and the judgement is given", async () => {
  const pack = crossGuardFolder({
    killed: `if (args.name === "one") return new Promise((r) => setTimeout(r, 700)).then(() => report(String(process.pid)));`,
  });
  const keeper = keeperOf([pack], { patience: 5_000 });
  const [before] = await keeper.judge(pack, { tags, resources: [bad] });
  const pid = Number(before?.findings?.[0]?.message.split("\n").at(-1));
  const going = keeper.judge(pack, { tags, resources: [bad] });
  setTimeout(() => process.kill(pid, "SIGKILL"), 300);
  const [after] = await going;
  expect(Number(after?.findings?.[0]?.message.split("\n").at(-1))).not.toBe(pid);
  expect(after?.error).toBeUndefined();
});

test("a process that has grown over the limit is replaced", async () => {
  const pack = crossGuardFolder({ pid: "report(String(process.pid));" });
  const keeper = keeperOf([pack], { residentBytes: 1 });
  const pids = [];
  for (const _ of [1, 2]) pids.push((await keeper.judge(pack, { tags, resources: [bad] }))[0]?.findings?.[0]?.message);
  expect(new Set(pids).size).toBe(2);
});

test("a pack finds no secret: not in its environment, not on disk, nor by another program", async () => {
  const secret = "mk_what-nobody-may-read";
  await writeFile(path.join(dataDir, "master.key"), secret);
  const tries = [
    `JSON.stringify(process.env)`,
    `(await import("node:fs")).readFileSync("/proc/" + process.ppid + "/environ", "utf8")`,
    `(await import("node:fs")).readFileSync(${JSON.stringify(path.join(dataDir, "master.key"))}, "utf8")`,
    `(await import("node:fs")).writeFileSync("index.js", "")`,
    `(await import("node:child_process")).execFileSync("env").toString()`,
    `new (await import("node:worker_threads")).Worker("0", { eval: true })`,
  ];
  const rules = Object.fromEntries(
    tries.map((look, index) => [
      `try-${index}`,
      `return (async () => { try { report("found " + ${look}); } catch (error) { report("refused " + error.code); } })();`,
    ]),
  );
  const pack = crossGuardFolder(rules);
  const keeper = keeperOf([pack], {
    env: {
      ...process.env,
      MERIDIAN_ADMIN_KEY: secret,
      DATABASE_URL: "postgres://user:secret@host/db",
      NODE_OPTIONS: "",
    },
  });
  const [answer] = await keeper.judge(pack, { tags, resources: [bad] });
  const said = answer?.findings?.map(({ message }) => message.split("\n").at(-1)) ?? [];
  expect(answer?.error).toBeUndefined();
  expect(said.slice(1)).toEqual(Array(5).fill("refused ERR_ACCESS_DENIED"));
  const environment = JSON.parse(said[0]?.slice("found ".length) ?? "");
  expect(
    Object.keys(environment).filter(
      (name) => !/^(PATH|LANG|TZ|TMPDIR|HOME|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS|NODE_CHANNEL_\w+)$/.test(name),
    ),
  ).toEqual([]);
  expect(JSON.stringify(environment)).not.toContain("secret");
});
