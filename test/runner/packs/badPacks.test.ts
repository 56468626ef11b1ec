import { expect, test, vi } from "vitest";
import { findIsolation } from "../../../runner/packs/packIsolation.ts";
import { keptPacks, thing } from "../../support/keptPacks.ts";
import { crossGuardFolder, goodRules, regoFolder } from "../../support/packArtefact.ts";

vi.setConfig({ testTimeout: 60_000 });

const { keeperOf, said } = keptPacks();
const bad = thing({ wrong: "yes" });
const fine = thing({ wrong: "no" }, "two");
const tags = {};

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
  const keeper = keeperOf([pack], { patience: 2_000 });
  const [hung, next] = await Promise.all([
    keeper.judge(pack, { tags, resources: [bad] }),
    keeper.judge(pack, { tags, resources: [fine] }),
  ]);
  expect(hung[0]?.error).toMatchObject({ fault: "hung", rule: "slow" });
  expect(next[0]?.findings).toEqual([]);
});

test("a pack that says what there is not is not believed, whatever it is", async () => {
  const lies = [
    ["a level that there is not", `report({ message: "x", enforcementLevel: "fatal" });`, "threw"],
    ["another resource", `report("x", "urn:pulumi:live::shop::test:index:Thing::other");`, "nonsense"],
    ["a text without end", `report("x".repeat(5000));`, "nonsense"],
    ["a million violations", `for (let i = 0; i < 1_000_000; i++) report("x");`, "threw"],
    ["a rule of the gate", `report({ name: "gate-lie", message: "x", enforcementLevel: "advisory" });`, "nonsense"],
  ] as const;
  const liar = lies.map(([lie, body]) => `if (args.props.lie === "${lie}") { ${body} }`).join("\n");
  const pack = crossGuardFolder({ liar });
  const resources = lies.map(([lie]) => thing({ lie }, lie));
  const answers = await keeperOf([pack]).judge(pack, { tags, resources });
  expect(lies.map(([lie], index) => [lie, answers[index]?.error?.fault])).toEqual(
    lies.map(([lie, , fault]) => [lie, fault]),
  );
});

test.each([
  [
    "without end on its channel",
    `const { writeSync } = process.getBuiltinModule("fs"); for (;;) try { writeSync(3, "x".repeat(65536)); } catch {}`,
    /more than 4194304 bytes/,
  ],
  [
    "what nobody asked for",
    `process.getBuiltinModule("fs").writeSync(3, '{"id":4711,"said":[]}\\n'); return new Promise(() => undefined);`,
    /answers what nobody asked/,
  ],
  [
    "what is no answer",
    `process.getBuiltinModule("fs").writeSync(3, "hello\\n"); return new Promise(() => undefined);`,
    /answers what nobody asked/,
  ],
])("a pack that says %s is ended", async (_, body, words) => {
  const answer = await said({ flood: body }, bad, { longest: 60_000, patience: 30_000 });
  expect(answer?.error).toMatchObject({ fault: "nonsense", rule: "flood" });
  expect(answer?.error?.message).toMatch(words);
});

test("a pack that prints without end is read slowly, and waits", async () => {
  const printing = `const { writeSync } = process.getBuiltinModule("fs"); const text = "x".repeat(65536);
    let bytes = 0; for (const until = Date.now() + 1000; Date.now() < until; ) try { bytes += writeSync(2, text); } catch {}
    report(String(bytes));`;
  const answer = await said({ printer: printing }, bad);
  expect(Number(answer?.findings?.[0]?.message.split("\n").at(-1)), "bytes in a second").toBeLessThan(8_000_000);
});

test("a pack that ends its process has said nothing", async () => {
  expect((await said({ leaver: "process.exit(0);" }, bad))?.error).toMatchObject({ fault: "died" });
});

test("a pack that takes all memory there is dies alone", async () => {
  const body = "const all = []; for (;;) all.push(new Array(100000).fill(all.length));";
  const answer = await said({ eater: body }, bad, { patience: 25_000, longest: 60_000 });
  expect(answer?.error).toMatchObject({ fault: "died" });
});

const { memory } = await findIsolation({ PATH: process.env["PATH"] ?? "" });
test.skipIf(memory.length === 0)("outside of its heap a pack gets no 2 GiB (needs prlimit)", async () => {
  const body = `const all = []; for (let i = 0; i < 32; i++) all.push(Buffer.alloc(64 * 1024 * 1024, 1)); report("got it");`;
  const answer = await said({ eater: body }, bad, { patience: 25_000, longest: 60_000 });
  expect(answer?.error).toMatchObject({ fault: "threw", rule: "eater" });
});

test.each([
  ["does not parse", { "index.js": "new PolicyPack(" }, /SyntaxError|Unexpected/],
  ["asks for a package that it has not", { "index.js": `import "no-such-package";` }, /no-such-package/],
  ["makes no pack", { "index.js": "export const nothing = 1;" }, /it said nothing/],
])("a pack that %s is not loaded, and it is said why", async (_, changed, words) => {
  const pack = crossGuardFolder(goodRules, { changed });
  const keeper = keeperOf([pack], { startMs: 15_000 });
  const [answer] = await keeper.judge(pack, { tags, resources: [bad] });
  expect(answer?.error?.fault).toBe("not-loaded");
  expect(answer?.error?.message).toMatch(words);
});

test("a Rego pack that is no bundle is not loaded, and it is said why", async () => {
  const pack = regoFolder({ changed: { "bundle.tar.gz": Buffer.from("nothing") } });
  const inspected = keeperOf([]).inspect(pack, pack.archive);
  await expect(inspected).rejects.toMatchObject({ fault: "not-loaded" });
  await expect(inspected).rejects.toThrow(/incorrect header/);
});

test("a rule's name has no control characters in it, and its words lose theirs", async () => {
  const named = crossGuardFolder({ "no\u0007bells": "" });
  await expect(keeperOf([]).inspect(named, named.archive)).rejects.toThrow(/is no name of a rule/);
  const answer = await said({ painter: `report("\\x1b[2Jclean\\x07 \\u202egnp.exe\\nnext");` }, bad);
  expect(answer?.findings?.[0]?.message).toBe("The studio's rule.\nclean gnp.exe\nnext");
});
