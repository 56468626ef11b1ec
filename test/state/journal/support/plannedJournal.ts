import fc from "fast-check";
import { type JournalEntry, kinds, type Resource } from "../../../../api/state/deployments/deployment.ts";

export const urn = (name: string) => `urn:pulumi:dev::game::test:index:Thing::${name}`;
export const resource = (name: string, more: Partial<Resource> = {}): Resource => ({
  urn: urn(name),
  type: "test:index:Thing",
  custom: true,
  id: `id-${name}`,
  inputs: {},
  ...more,
});

/** A run of an engine: each step creates, updates, deletes or leaves alone one resource, and may fail or never end. */
export const plans = fc.array(
  fc.record({
    name: fc.constantFrom("a", "b", "c", "d", "e"),
    act: fc.constantFrom("set" as const, "delete" as const),
    outcome: fc.constantFrom("success" as const, "failure" as const, "none" as const),
  }),
  { maxLength: 30 },
);

interface Run {
  readonly entries: JournalEntry[];
  readonly present: Map<string, string>;
  readonly pending: string[];
}

/** Writes the journal as the engine does, and beside it what is true afterwards. */
export function runPlan(
  initial: readonly string[],
  plan: readonly { name: string; act: string; outcome: string }[],
): Run {
  const present = new Map(initial.map((name) => [name, `id-${name}`]));
  const place = new Map<string, Partial<JournalEntry>>(initial.map((name, index) => [name, { removeOld: index }]));
  const [entries, pending]: [JournalEntry[], string[]] = [[], []];
  const busy = new Set<string>();
  let next = 0;
  for (const [index, { name, act, outcome }] of plan.entries()) {
    const deletes = act === "delete";
    if (busy.has(name) || (deletes && !present.has(name))) continue;
    const operation = index + 1;
    const state = resource(name, { id: `made-${operation}` });
    const type = deletes ? "deleting" : present.has(name) ? "updating" : "creating";
    entries.push({
      version: 1,
      kind: kinds.begin,
      sequenceID: ++next,
      operationID: operation,
      operation: { type, resource: state },
    });
    if (outcome === "none") {
      busy.add(name);
      pending.push(`${type} ${name}`);
      continue;
    }
    const end = { version: 1 as const, sequenceID: ++next, operationID: operation };
    if (outcome === "failure") entries.push({ ...end, kind: kinds.failure, state });
    else {
      entries.push({ ...end, kind: kinds.success, ...place.get(name), ...(deletes ? {} : { state }) });
      if (deletes) present.delete(name);
      else present.set(name, `made-${operation}`);
      if (deletes) place.delete(name);
      else place.set(name, { removeNew: operation });
    }
  }
  return { entries, present, pending };
}

/** What exists before. */
export const subsets = fc.subarray(["a", "b", "c", "d", "e"]);
