import { afterAll, afterEach, expect, test } from "vitest";
import {
  createGate,
  createGates,
  type JudgedResource,
  policyDenied,
  type StepContext,
  type Verdict,
} from "../../api/gate/index.ts";
import { createJudgeWorker, type JudgeWorker } from "../../api/gate/judgeWorker.ts";

const gate = await createGate();
const workers: JudgeWorker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close();
});
afterAll(() => gate.close());

const context: StepContext = { environment: "production", project: "game", stack: "dev", phase: "up" };
const step = (name: string, type: string, inputs: Record<string, unknown>): JudgedResource => ({
  urn: `urn:pulumi:dev::game::${type}::${name}`,
  type,
  name,
  step: "create",
  inputs,
  secrets: [],
  protect: false,
});
const group = (name: string, cidr: string) =>
  step(name, "aws:ec2/securityGroup:SecurityGroup", {
    ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [cidr] }],
  });
const mandatory = (verdicts: readonly (readonly Verdict[])[]) =>
  verdicts.map((of) => of.filter(({ level }) => level === "mandatory").map(({ policy }) => policy));

test("each step gets its own verdicts, in the order of the steps", async () => {
  const verdicts = await gate.judgeSteps(
    context,
    [group("a", "10.0.0.0/8"), group("b", "0.0.0.0/0"), group("c", "10.0.0.0/8")],
    [],
  );
  expect(mandatory(verdicts)).toEqual([[], ["security-no-open-management-port"], []]);
});

test("steps are judged when the thread that judges documents is gone", async () => {
  const gates = await createGates({});
  try {
    await gates.documents.close();
    expect(mandatory(await gates.documents.judgeSteps(context, [group("a", "10.0.0.0/8")], []))).toEqual([
      ["gate-no-judgement"],
    ]);
    expect(mandatory(await gates.steps.judgeSteps(context, [group("a", "10.0.0.0/8")], []))).toEqual([[]]);
  } finally {
    await gates.close();
  }
});

test("nothing to judge is judged at once", async () => {
  expect(await gate.judgeSteps(context, [], [])).toEqual([]);
});

test("the types that rules read, and those whose state they read, are told", () => {
  expect(gate.judgedTypes).toContain("aws:ec2/securityGroup:SecurityGroup");
  expect(gate.judgedTypes).not.toContain("aws:ec2/vpc:NoSuchType");
  expect(gate.watchedTypes).toContain("aws:dynamodb/table:Table");
  expect([...gate.watchedTypes].filter((type) => !gate.judgedTypes.has(type))).toEqual([]);
});

test("a deletion is judged by the state before it", async () => {
  const old = { inputs: { deletionProtectionEnabled: true }, outputs: {}, protect: false };
  const deletion = { ...step("sessions", "aws:dynamodb/table:Table", {}), step: "delete" as const, old };
  expect(mandatory(await gate.judgeSteps(context, [deletion], []))).toEqual([["reliability-protect-data-stores"]]);
  const development = { ...context, environment: "development" as const };
  expect(mandatory(await gate.judgeSteps(development, [deletion], []))).toEqual([[]]);
});

test("a step that cannot be judged for want of its old state is refused, and the next is judged again", async () => {
  const deletion = { ...step("sessions", "aws:dynamodb/table:Table", {}), step: "delete" as const };
  expect(mandatory(await gate.judgeSteps(context, [deletion], []))).toEqual([["gate-no-judgement"]]);
  expect(mandatory(await gate.judgeSteps(context, [group("a", "10.0.0.0/8")], []))).toEqual([[]]);
});

const judgement = (...names: string[]) => ({
  context,
  steps: names.map((name) => group(name, "10.0.0.0/8")),
  known: [],
});
const worker = (module: string, patience: number): JudgeWorker => {
  const made = createJudgeWorker({
    module: new URL(`./support/${module}.ts`, import.meta.url),
    patience,
    pack: { name: "meridian", version: "1.2.3" },
  });
  workers.push(made);
  return made;
};

test("a pack that does not answer in time refuses every step, naming the pack", async () => {
  const [verdicts = []] = await worker("hangingThread", 100).judge(judgement("a"));
  expect(verdicts).toMatchObject([
    {
      level: "mandatory",
      policy: "gate-no-judgement",
      pack: "meridian",
      packVersion: "1.2.3",
      outcome: "unknown",
      phase: "up",
    },
  ]);
});

test("a thread that dies refuses what it was judging without its words, and is replaced", async () => {
  const dying = worker("dyingThread", 10_000);
  const verdicts = await dying.judge(judgement("a", "deadly"));
  expect(mandatory(verdicts)).toEqual([["gate-no-judgement"], ["gate-no-judgement"]]);
  expect(JSON.stringify(verdicts)).not.toContain("hush");
  expect(await dying.judge(judgement("a"))).toEqual([[]]);
});

test("what stands behind a judgement that hangs or kills the thread is judged all the same", async () => {
  const dying = worker("dyingThread", 2_000);
  const [hangs, dies, ...others] = await Promise.all(
    ["endless", "deadly", "a", "b", "c"].map((name) => dying.judge(judgement(name))),
  );
  expect([hangs, dies].map((of) => mandatory(of ?? []))).toEqual([[["gate-no-judgement"]], [["gate-no-judgement"]]]);
  expect(others).toEqual([[[]], [[]], [[]]]);
});

test("a judgement does not wait for those of others without end", async () => {
  const dying = worker("dyingThread", 200);
  const asked = [...Array<string>(12).fill("endless"), "a"].map((name) => dying.judge(judgement(name)));
  expect((await Promise.all(asked)).map(mandatory)).toEqual(Array(13).fill([["gate-no-judgement"]]));
});

test("a gate that is closed refuses", async () => {
  const closed = worker("dyingThread", 10_000);
  const waiting = closed.judge(judgement("endless"));
  await closed.close();
  expect(mandatory(await waiting)).toEqual([["gate-no-judgement"]]);
  expect(mandatory(await closed.judge(judgement("a")))).toEqual([["gate-no-judgement"]]);
});

test("a refusal names rule, level, severity, reason, remedy and resource, and says what it stopped besides", async () => {
  const verdicts = (await gate.judgeSteps(context, [group("door", "0.0.0.0/0")], [])).flat();
  const { message, code } = policyDenied(verdicts, 2);
  expect(code).toBe("policy-denied");
  for (const part of [
    "security-no-open-management-port",
    "mandatory",
    "critical",
    '"door"',
    "opens SSH",
    "Remedy: ",
    "2 other step(s)",
  ])
    expect(message).toContain(part);
});
