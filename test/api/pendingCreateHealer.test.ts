import { expect, test } from "vitest";
import { Problem } from "../../api/base/problem.ts";
import type { CreateFindings, Inventory } from "../../api/inventory/inventory.ts";
import { createHealer, type HealerDeps } from "../../api/operations/pendingCreateHealer.ts";

const VPC = "aws:ec2/vpc:Vpc";
type Pending = Awaited<ReturnType<HealerDeps["state"]["readPendingCreates"]>>["creates"][number];
const pending = (urn: string, more: Partial<Pending> = {}): Pending => ({
  urn,
  type: VPC,
  custom: true,
  inputs: {},
  provider: {},
  since: new Date(0),
  knownIds: [],
  withinOwn: false,
  ...more,
});
const nothing: CreateFindings = { underWay: false, found: [] };
const made = (id: string): CreateFindings => ({
  underWay: false,
  found: [{ by: "mark", id, urn: undefined, type: VPC, account: "0", region: "eu-west-1" }],
});

interface World {
  readonly creates: readonly Pending[];
  /** What the cloud answers, look by look; the last answer holds. */
  readonly answers?: readonly (CreateFindings | undefined | Problem)[];
  readonly bound?: boolean;
  readonly outcomes?: readonly ("settled" | "changed" | "homeless")[];
}

/** A state and a cloud of the test's own, and time that passes only by waiting. */
function world({ creates, answers = [], bound = true, outcomes = ["settled"] }: World) {
  const settlements: object[] = [];
  let now = 0;
  let looks = 0;
  const inventory: Inventory = {
    async ofCreate() {
      const answer = answers[Math.min(looks, answers.length - 1)];
      looks += 1;
      if (answer instanceof Problem) throw answer;
      return answer;
    },
    ofStack: async () => undefined,
  };
  const healer = createHealer({
    inventory,
    state: {
      findStackById: async () => ({ target: "live", region: "eu-west-1" }),
      readPendingCreates: async () => ({ version: 3 + settlements.length, creates }),
      settlePendingCreates: async (asked) => {
        settlements.push(asked);
        return outcomes[Math.min(settlements.length, outcomes.length) - 1] ?? "settled";
      },
    },
    placements: async () => (bound ? { cloud: "aws", account: "0", region: "eu-west-1" } : undefined),
    clock: { now: () => new Date(now) },
    wait: async (ms) => {
      now += ms;
    },
  });
  return { healer, settlements, looks: () => looks, waited: () => now };
}

test("a resource that is found is adopted at the first look", async () => {
  const { healer, settlements, waited } = world({ creates: [pending("a")], answers: [made("vpc-1")] });
  const settled = [{ urn: "a", type: VPC, id: "vpc-1" }];
  expect(await healer.heal("stack", "op_1")).toEqual({ settled, left: [] });
  expect(settlements).toEqual([{ stackId: "stack", version: 3, settlements: settled, operation: "op_1" }]);
  expect(waited()).toBe(0);
});

test("that something was never made is believed at the second look, when a call on its way would have arrived", async () => {
  const { healer, looks, waited } = world({ creates: [pending("a")], answers: [nothing] });
  expect(await healer.heal("stack")).toMatchObject({ settled: [{ urn: "a", id: undefined }], left: [] });
  expect(looks()).toBe(2);
  expect(waited()).toBeGreaterThan(0);
});

test("what appears between two looks is adopted", async () => {
  const { healer } = world({ creates: [pending("a")], answers: [nothing, made("vpc-1")] });
  expect(await healer.heal("stack")).toMatchObject({ settled: [{ id: "vpc-1" }] });
});

test("a call under way is waited for, but not for ever", async () => {
  const underWay = { underWay: true, found: [] };
  const ending = world({ creates: [pending("a")], answers: [underWay, underWay, made("vpc-1")] });
  expect(await ending.healer.heal("stack")).toMatchObject({ settled: [{ id: "vpc-1" }] });
  const endless = world({ creates: [pending("a")], answers: [underWay] });
  expect(await endless.healer.heal("stack")).toMatchObject({
    settled: [],
    left: [{ urn: "a", why: expect.stringContaining("not ended") }],
  });
});

test("what needs no cloud is forgotten without asking one", async () => {
  const creates = [pending("a", { type: "random:index/randomId:RandomId" }), pending("b", { custom: false })];
  const { healer, looks } = world({ creates, bound: false });
  expect(await healer.heal("stack")).toMatchObject({ settled: [{ id: undefined }, { id: undefined }], left: [] });
  expect(looks()).toBe(0);
});

test.each([
  ["the stack is bound to no target", { bound: false }, "bound to no target"],
  ["the cloud cannot be asked", { answers: [undefined] }, "cannot ask the cloud aws"],
  ["the cloud does not answer", { answers: [new Problem("unavailable", "It is away.")] }, "It is away."],
  ["the provider is gone", { creates: [pending("a", { provider: undefined })] }, "does not have the provider"],
])("where %s a person is told so, and nothing is written", async (_why, given, why) => {
  const { healer, settlements } = world({ creates: [pending("a")], ...given });
  expect(await healer.heal("stack")).toEqual({
    settled: [],
    left: [{ urn: "a", type: VPC, why: expect.stringContaining(why) }],
  });
  expect(settlements).toEqual([]);
});

test("a state that changed meanwhile is looked at anew; one that has no place for the adopted changes nothing", async () => {
  const changed = world({ creates: [pending("a")], answers: [made("vpc-1")], outcomes: ["changed", "settled"] });
  expect(await changed.healer.heal("stack")).toMatchObject({ settled: [{ id: "vpc-1" }] });
  expect(changed.settlements).toMatchObject([{ version: 3 }, { version: 4 }]);
  const homeless = world({ creates: [pending("a")], answers: [made("vpc-1")], outcomes: ["homeless"] });
  expect(await homeless.healer.heal("stack")).toMatchObject({
    settled: [],
    left: [{ why: expect.stringContaining("depends on is gone") }],
  });
});
