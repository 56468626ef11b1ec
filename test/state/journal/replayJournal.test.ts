import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Deployment,
  type JournalEntry,
  kinds,
  type Resource,
  type StoredDeployment,
} from "../../../api/state/deployments/deployment.ts";
import { replayJournal } from "../../../api/state/journal/replayJournal.ts";
import { plans, resource, runPlan, subsets, urn } from "./support/plannedJournal.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const base = (...resources: Resource[]): Deployment => ({
  manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
  resources,
});
const provider = { type: "service", state: { owner: "studio" } };

let sequence = 0;
const entry = (kind: number, operationID: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  version: 1,
  kind,
  sequenceID: ++sequence,
  operationID,
  ...more,
});
const begin = (operation: number, type?: "creating" | "updating" | "deleting", of?: Resource) =>
  entry(kinds.begin, operation, type && of ? { operation: { type, resource: of } } : {});
const success = (operation: number, more: Partial<JournalEntry> = {}) => entry(kinds.success, operation, more);

const stored = (deployment: Deployment): StoredDeployment => ({ version: 3, deployment });
const replayed = (from: Deployment, entries: readonly JournalEntry[], now = NOW) =>
  replayJournal(stored(from), entries, { now });
/** What a journal without a fault makes of a base. */
const rebuilt = (from: Deployment, entries: readonly JournalEntry[], now = NOW): StoredDeployment => {
  const { stored: state, fault } = replayed(from, entries, now);
  if (fault) throw fault;
  return state;
};
const replay = (from: Deployment, ...entries: JournalEntry[]) => rebuilt(from, entries).deployment;
const names = ({ resources = [] }: Deployment) => resources.map((each) => each.urn.split("::").at(-1));
const named = (deployment: Deployment, name: string) => deployment.resources?.find((each) => each.urn === urn(name));

describe("each kind of entry", () => {
  const [a, b, c] = [resource("a"), resource("b"), resource("c")];

  test("a begin without an end stays as a pending operation", () => {
    expect(replay(base(a), begin(1, "creating", b)).pending_operations).toEqual([{ type: "creating", resource: b }]);
  });

  test("a begin without an operation, as of a step that changes nothing, leaves no trace", () => {
    expect(replay(base(a), begin(1)).pending_operations).toBeUndefined();
  });

  test("a success puts its resource before those of the base that are left", () => {
    expect(names(replay(base(a, b), begin(1, "creating", c), success(1, { state: c })))).toEqual(["c", "a", "b"]);
  });

  test("a success may remove a resource of the base, and nothing else of it", () => {
    expect(names(replay(base(a, b, c), begin(1, "deleting", b), success(1, { removeOld: 1 })))).toEqual(["a", "c"]);
  });

  test("a success may remove what this update made", () => {
    const deployment = replay(
      base(),
      begin(1, "creating", a),
      success(1, { state: a }),
      begin(2, "deleting", a),
      success(2, { removeNew: 1 }),
    );
    expect(names(deployment)).toEqual([]);
  });

  test("a replacement marks the old resource for deletion, in the base or among the new", () => {
    const old = replay(base(a), begin(1, "creating", a), success(1, { state: { ...a, id: "second" }, deleteOld: 0 }));
    expect(old.resources?.map(({ id, delete: doomed }) => [id, doomed])).toEqual([
      ["second", undefined],
      ["id-a", true],
    ]);
    const fresh = replay(
      base(),
      begin(1, "creating", a),
      success(1, { state: a }),
      begin(2, "creating", a),
      success(2, { state: { ...a, id: "second" }, deleteNew: 1 }),
    );
    expect(fresh.resources?.map(({ id, delete: doomed }) => [id, doomed])).toEqual([
      ["id-a", true],
      ["second", undefined],
    ]);
  });

  test("a deletion before its replacement marks the old resource as pending replacement", () => {
    const old = replay(base(a), begin(1, "deleting", a), success(1, { pendingReplacementOld: 0 }));
    expect(named(old, "a")?.pendingReplacement).toBe(true);
    const fresh = replay(
      base(),
      begin(1, "creating", a),
      success(1, { state: a }),
      begin(2, "deleting", a),
      success(2, { pendingReplacementNew: 1 }),
    );
    expect(named(fresh, "a")?.pendingReplacement).toBe(true);
  });

  test("a failure ends its operation and changes nothing", () => {
    const deployment = replay(base(a), begin(1, "updating", { ...a, id: "x" }), entry(kinds.failure, 1));
    expect(deployment.resources).toEqual([a]);
    expect(deployment.pending_operations).toBeUndefined();
  });

  test("a refresh replaces a resource of the base in its place, or removes it", () => {
    const seen = { ...b, outputs: { size: 2 } };
    expect(
      replay(base(a, b, c), begin(1), entry(kinds.refreshSuccess, 1, { removeOld: 1, state: seen })).resources,
    ).toEqual([a, seen, c]);
    expect(names(replay(base(a, b, c), begin(1), entry(kinds.refreshSuccess, 1, { removeOld: 1 })))).toEqual([
      "a",
      "c",
    ]);
  });

  test("after a refresh nothing refers to a resource that is gone", () => {
    const child = resource("child", {
      parent: urn("a"),
      dependencies: [urn("a"), urn("b")],
      propertyDependencies: { x: [urn("a")], y: [urn("b")] },
      deletedWith: urn("a"),
    });
    const deployment = replay(base(a, b, child), begin(1), entry(kinds.refreshSuccess, 1, { removeOld: 0 }));
    expect(named(deployment, "child")).toEqual({
      ...resource("child"),
      dependencies: [urn("b")],
      propertyDependencies: { y: [urn("b")] },
    });
  });

  test("without a refresh references are left as they are", () => {
    const child = resource("child", { dependencies: [urn("a")] });
    const deployment = replay(base(a, child), begin(1, "deleting", a), success(1, { removeOld: 0 }));
    expect(named(deployment, "child")).toEqual(child);
  });

  test("outputs overwrite the resource that they belong to, new or old", () => {
    const filled = { ...a, outputs: { url: "x" } };
    const fresh = replay(
      base(),
      begin(1, "creating", a),
      success(1, { state: a }),
      entry(kinds.outputs, 2, { state: filled, removeNew: 1 }),
    );
    expect(fresh.resources).toEqual([filled]);
    expect(replay(base(a), entry(kinds.outputs, 2, { state: filled, removeOld: 0 })).resources).toEqual([filled]);
  });

  test("a write gives another base", () => {
    expect(names(replay(base(a), entry(kinds.write, 0, { newSnapshot: base(b, c) })))).toEqual(["b", "c"]);
  });

  test("a secrets manager is taken over", () => {
    expect(replay(base(), entry(kinds.secretsManager, 0, { secretsProvider: provider })).secrets_providers).toEqual(
      provider,
    );
  });

  test("a rebuilt base state makes places count anew", () => {
    const deployment = replay(
      base(a, b),
      begin(1),
      entry(kinds.refreshSuccess, 1, { removeOld: 0 }),
      entry(kinds.rebuiltBaseState, 0),
      begin(2, "deleting", b),
      success(2, { removeOld: 0 }),
    );
    expect(names(deployment)).toEqual([]);
  });

  test("extensions that a resource needs and snippets are kept, and make the schema version 4", () => {
    const state = rebuilt(base(a), [
      entry(kinds.extensionParameterize, 1, { extensionRef: "ref", extension: { blob: "x" } }),
      entry(kinds.extensionParameterize, 2, { extensionRef: "unused", extension: { blob: "y" } }),
      begin(3, "creating", b),
      success(3, { state: { ...b, extensionRef: "ref" } }),
      entry(kinds.snippets, 0, { snippets: [{ uuid: "u", references: {} }] }),
    ]);
    expect(state.deployment.extensions).toEqual({ ref: { blob: "x" } });
    expect(state.deployment.snippets).toHaveLength(1);
    expect(state).toMatchObject({ version: 4, features: ["extensionParameterization", "snippets-prototype"] });
  });
});

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
