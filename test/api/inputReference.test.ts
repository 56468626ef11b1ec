import fc from "fast-check";
import { expect, test } from "vitest";
import { cycleThrough } from "../../api/dependencies/dependencyGraph.ts";
import { findReferences, replaceReferences, withoutReferring } from "../../api/dependencies/inputReference.ts";

const reference = { from: "ground", output: "vpcId" };

test("a reference is found wherever it stands, with its pointer", () => {
  const inputs = { a: [1, { "b/c": reference }], d: { ...reference, region: "us-east-1" }, e: { from: 1, to: 2 } };
  expect(findReferences(inputs)).toEqual({
    references: [
      { ...reference, pointer: "/a/1/b~1c" },
      { ...reference, region: "us-east-1", pointer: "/d" },
    ],
    faults: [],
  });
});

test.each([
  { from: "Ground", output: "vpcId" },
  { from: "ground", output: "" },
  { from: "ground", output: "vpcId", zone: "a" },
  { from: "ground", output: ["vpcId"] },
  { from: "ground", output: "vpcId", region: "everywhere" },
])("what looks like a reference and is none is refused at its place: %j", (value) => {
  const { references, faults } = findReferences({ network: value });
  expect(references).toEqual([]);
  expect(faults).toEqual([{ pointer: "/network", detail: expect.stringContaining('{"from"') }]);
});

test("each reference is replaced by its value and nothing else is touched", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (inputs) => {
      const before = JSON.stringify(inputs);
      const full = { ...inputs, "~/x": [reference] };
      const found = findReferences(full).references.length + findReferences(full).faults.length;
      const asked: string[] = [];
      const replaced = replaceReferences(full, (pointer) => {
        asked.push(pointer);
        return pointer;
      });
      expect(asked).toHaveLength(found);
      expect(asked).toContain("/~0~1x/0");
      expect(findReferences(replaced)).toEqual({ references: [], faults: [] });
      expect(JSON.stringify(inputs)).toBe(before);
    }),
  );
});

test("what can be judged early leaves out every input with a reference in it", () => {
  expect(withoutReferring({ players: 1, network: { vpcId: reference, zones: [] } })).toEqual({ players: 1 });
});

test("a cycle is found exactly when one thing reaches itself, and is shown from end to end", () => {
  const graph = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 14 });
  fc.assert(
    fc.property(graph, fc.nat(6), fc.nat(6), (pairs, from, to) => {
      const edges = new Map<string, string[]>();
      for (const [a, b] of pairs) edges.set(`s${a}`, [...(edges.get(`s${a}`) ?? []), `s${b}`]);
      const cycle = cycleThrough(edges, { from: `s${from}`, to: `s${to}` });
      expect(cycle !== undefined).toBe(reaches(edges, `s${to}`, `s${from}`));
      cycle?.slice(1, -1).forEach((name, index) => {
        expect(edges.get(name)).toContain(cycle[index + 2]);
      });
      if (cycle !== undefined) expect([cycle[0], cycle.at(-1)]).toEqual([`s${from}`, `s${from}`]);
    }),
  );
});

/** By repeated widening, another way than the one under test. */
function reaches(edges: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  let reached = new Set([from]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    reached = new Set([...reached, ...[...reached].flatMap((name) => edges.get(name) ?? [])]);
  }
  return reached.has(to);
}
