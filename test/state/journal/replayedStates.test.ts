import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Deployment, type JournalEntry, kinds } from "../../../api/state/deployments/deployment.ts";
import { replayJournal } from "../../../api/state/journal/replayJournal.ts";
import {
  base,
  begin,
  entry,
  NOW,
  named,
  names,
  rebuilt,
  replay,
  replayed,
  stored,
  success,
} from "./support/journalEntries.ts";
import { plans, resource, runPlan, subsets, urn } from "./support/plannedJournal.ts";

test("pending creates of the base stay, since only a person can settle them; other pending operations go", () => {
  const [a, b] = [resource("a"), resource("b")];
  const from: Deployment = {
    ...base(),
    pending_operations: [
      { type: "creating", resource: a },
      { type: "updating", resource: b },
    ],
  };
  expect(replay(from, begin(1)).pending_operations).toEqual([{ type: "creating", resource: a }]);
});

test("a state names the engine that made it, or the one before where that is not known", () => {
  const made = (engine?: string) => replayJournal(stored(base()), [], { now: NOW, engine }).stored.deployment.manifest;
  expect(made("v3.259.0")).toMatchObject({
    version: "v3.259.0",
    magic: "ab35920a3077459b09dd1a3f7ddc28df4e3efc81b3240013bb6906688abc684d",
  });
  expect(made()).toMatchObject({ version: "", magic: "" });
});

test("what is refreshed and renamed in one update keeps what depends on it", () => {
  const [a, child] = [resource("a"), resource("child", { dependencies: [urn("a")] })];
  const renamed = resource("new", { aliases: [urn("a")] });
  const deployment = replay(
    base(a, child),
    begin(1),
    entry(kinds.refreshSuccess, 1, { removeOld: 0, state: a }),
    begin(2),
    success(2, { state: renamed, removeOld: 0 }),
  );
  expect(named(deployment, "child")?.dependencies).toEqual([urn("new")]);
});

test("a resource that is renamed by an alias is referred to by its new name", () => {
  const moved = resource("new", { aliases: [urn("old")] });
  const dependent = resource("d", { dependencies: [urn("old")], replaceWith: [urn("old")] });
  const deployment = replay(base(dependent), begin(1), success(1, { state: moved }));
  expect(named(deployment, "d")).toMatchObject({ dependencies: [urn("new")], replaceWith: [urn("new")] });
  expect(named(deployment, "new")).not.toHaveProperty("aliases");
});

test.each([
  ["2026-11-21T12:00:00.123Z", "2026-11-21T12:00:00.123Z"],
  ["2026-11-21T12:00:00.120Z", "2026-11-21T12:00:00.12Z"],
  ["2026-11-21T12:00:00.100Z", "2026-11-21T12:00:00.1Z"],
  ["2026-11-21T12:00:10.000Z", "2026-11-21T12:00:10Z"],
])(
  "the time of a state is written as an engine writes it, so that it outlives an export and an import: %s",
  (time, written) => {
    expect(rebuilt(base(), [begin(1)], new Date(time)).deployment.manifest.time).toBe(written);
  },
);

test("bytes that are no text make the schema version 4", () => {
  const made = { ...begin(1, "creating", resource("a")), requiresByteString: true };
  expect(rebuilt(base(), [made])).toMatchObject({ version: 4, features: ["byteString"] });
});

describe("a journal that contradicts itself counts up to the contradiction", () => {
  const [a, b] = [resource("a"), resource("b")];

  test("and what it begins to create afterwards stays pending, whatever it says of its end", () => {
    const { stored: state, fault } = replayed(base(a), [
      begin(1, "creating", b),
      success(1, { state: b }),
      success(7, { removeOld: 0 }),
      begin(2, "deleting", a),
      success(2, { removeOld: 0 }),
      begin(3, "creating", resource("c")),
      success(3, { state: resource("c") }),
    ]);
    expect(fault).toMatchObject({ code: "invalid-journal" });
    expect(names(state.deployment)).toEqual(["b", "a"]);
    expect(state.deployment.pending_operations).toEqual([{ type: "creating", resource: resource("c") }]);
  });

  test("of references too: two resources cannot have had the same name", () => {
    const former = { aliases: [urn("old")] };
    const { stored: state, fault } = replayed(base(), [
      begin(1, "creating", a),
      success(1, { state: { ...a, ...former } }),
      begin(2, "creating", b),
      success(2, { state: { ...b, ...former } }),
    ]);
    expect(fault).toMatchObject({ code: "invalid-journal" });
    expect(names(state.deployment)).toEqual(["a"]);
    expect(state.deployment.pending_operations).toEqual([{ type: "creating", resource: b }]);
  });

  test.each<[string, () => JournalEntry[]]>([
    ["an end without a begin", () => [success(1, { state: a })]],
    ["a second end", () => [begin(1, "creating", a), success(1, { state: a }), success(1, { state: a })]],
    ["a place beyond the base", () => [begin(1, "deleting", a), success(1, { removeOld: 1 })]],
    ["a resource of an operation that made none", () => [begin(2, "deleting", a), success(2, { removeNew: 1 })]],
    ["a write without a snapshot", () => [entry(kinds.write, 0)]],
    ["an unknown kind", () => [entry(17, 0)]],
  ])("%s", (_, entries) => {
    expect(replayed(base(a), entries()).fault).toMatchObject({ code: "invalid-journal" });
  });
});

test("whatever an engine did, the state holds exactly what exists, and what never ended is pending", () => {
  fc.assert(
    fc.property(subsets, plans, (from, plan) => {
      const { entries, present, pending } = runPlan(from, plan);
      const { deployment } = rebuilt(base(...from.map((name) => resource(name))), entries);
      const found = (deployment.resources ?? []).map((each) => [each.urn.split("::").at(-1), each.id]);
      expect(found.toSorted()).toEqual([...present].toSorted());
      const operations = deployment.pending_operations ?? [];
      expect(operations.map((each) => `${each.type} ${each.resource.urn.split("::").at(-1)}`)).toEqual(pending);
    }),
  );
});

test("the order in which entries arrive does not matter", () => {
  fc.assert(
    fc.property(subsets, plans, fc.infiniteStream(fc.nat()), (from, plan, random) => {
      const { entries } = runPlan(from, plan);
      const shuffled = entries
        .map((each) => [random.next().value as number, each] as const)
        .toSorted(([one], [other]) => one - other)
        .map(([, each]) => each);
      const start = base(...from.map((name) => resource(name)));
      expect(rebuilt(start, shuffled)).toEqual(rebuilt(start, entries));
    }),
  );
});

test("a replay is linear: sixteen times the entries take less than eighty times as long, where squares would be 256", () => {
  const duration = (count: number): number => {
    const entries = Array.from({ length: count }, (_, index) => {
      const state = resource(`r${index}`, { dependencies: index === 0 ? [] : [urn(`r${index - 1}`)] });
      return [
        {
          version: 1 as const,
          kind: kinds.begin,
          sequenceID: 2 * index + 1,
          operationID: index,
          operation: { type: "creating" as const, resource: state },
        },
        {
          version: 1 as const,
          kind: kinds.refreshSuccess,
          sequenceID: 2 * index + 2,
          operationID: index,
          removeOld: index,
          state,
        },
      ];
    }).flat();
    const from = base(...Array.from({ length: count }, (_, index) => resource(`r${index}`)));
    const start = process.cpuUsage(); // by the clock it would measure what else the machine does
    rebuilt(from, entries);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  duration(2_000); // warm
  const best = (count: number) => Math.min(...Array.from({ length: 5 }, () => duration(count)));
  expect(best(32_000)).toBeLessThan(80 * best(2_000));
});
