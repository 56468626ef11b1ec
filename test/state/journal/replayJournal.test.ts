import { describe, expect, test } from "vitest";
import { kinds } from "../../../api/state/deployments/deployment.ts";
import { base, begin, entry, named, names, rebuilt, replay, success } from "./support/journalEntries.ts";
import { resource, urn } from "./support/plannedJournal.ts";

const provider = { type: "service", state: { owner: "studio" } };

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
