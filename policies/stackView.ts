import { guardResource } from "./guardResource.ts";
import type { KnownResource } from "./judgedResource.ts";
import type { StackCheck } from "./rule.ts";

/** The resources of a stack as rules over several of them look at them. */
export interface StackView {
  readonly ofType: (type: string) => readonly KnownResource[];
  /** How many there are of a type, one left out. */
  readonly count: (type: string, without: string) => number;
  /** Those of some types that have one of the keys, by the check's `keysOf`, one left out. */
  readonly linked: (
    check: StackCheck,
    by: { readonly keys: Iterable<string>; readonly types: readonly string[]; readonly without: string },
  ) => readonly KnownResource[];
}

export interface StackIndex extends StackView {
  readonly put: (resource: KnownResource) => void;
  readonly remove: (resource: Pick<KnownResource, "type" | "urn">) => void;
  readonly find: (resource: Pick<KnownResource, "type" | "urn">) => KnownResource | undefined;
}

type ByUrn = Map<string, KnownResource>;

/** Resources by key, and by type within it: a subnet's key is shared by all functions in it, which who looks for tables must not meet. */
class KeyIndex {
  readonly #byKey = new Map<string, Map<string, Map<string, ByUrn>>>();
  readonly check: StackCheck;

  constructor(check: StackCheck) {
    this.check = check;
  }

  put(resource: KnownResource): void {
    const sort = this.#sortOf(resource);
    for (const key of keysOf(this.check, resource)) {
      const byType = entry(this.#byKey, key, () => new Map<string, Map<string, ByUrn>>());
      const bySort = entry(byType, resource.type, () => new Map<string, ByUrn>());
      entry(bySort, sort, () => new Map<string, KnownResource>()).set(resource.urn, resource);
    }
  }

  remove(resource: KnownResource): void {
    const sort = this.#sortOf(resource);
    for (const key of keysOf(this.check, resource)) {
      const bySort = this.#byKey.get(key)?.get(resource.type);
      bySort?.get(sort)?.delete(resource.urn);
      if (bySort?.get(sort)?.size === 0) bySort.delete(sort);
    }
  }

  /** Those that have one of the keys; one of each sort, where that is enough. */
  linked(keys: Iterable<string>, types: readonly string[], without: string): readonly KnownResource[] {
    const found: ByUrn = new Map();
    for (const key of keys)
      for (const type of types)
        for (const some of this.#byKey.get(key)?.get(type)?.values() ?? [])
          for (const [urn, resource] of some) {
            if (urn === without) continue;
            found.set(urn, resource);
            if (this.check.alike === true) break;
          }
    return [...found.values()];
  }

  #sortOf(resource: KnownResource): string {
    return this.check.alike === true ? JSON.stringify(keysOf(this.check, resource)) : "";
  }
}

/** A resource is met again at each step that it is linked to. */
const keysBefore = new WeakMap<StackCheck, WeakMap<KnownResource, readonly string[]>>();

function keysOf(check: StackCheck, resource: KnownResource): readonly string[] {
  const ofCheck = keysBefore.get(check) ?? new WeakMap<KnownResource, readonly string[]>();
  keysBefore.set(check, ofCheck);
  const keys = ofCheck.get(resource) ?? check.keysOf(guardResource(resource));
  ofCheck.set(resource, keys);
  return keys;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * A view that grows and shrinks with its stack. What a step is compared with is found in it by key: looking through all the others
 * at each step would cost the square of the stack.
 */
export function createStackIndex(resources: readonly KnownResource[] = []): StackIndex {
  const byType = new Map<string, ByUrn>();
  const indexes = new Map<StackCheck, KeyIndex>();
  const concerned = (type: string) => [...indexes.values()].filter(({ check }) => check.types.includes(type));
  const find: StackIndex["find"] = ({ type, urn }) => byType.get(type)?.get(urn);

  function remove(gone: Pick<KnownResource, "type" | "urn">): void {
    const before = find(gone);
    if (before === undefined) return;
    for (const index of concerned(gone.type)) index.remove(before);
    byType.get(gone.type)?.delete(gone.urn);
  }

  function put(resource: KnownResource): void {
    const before = find(resource);
    for (const index of concerned(resource.type)) {
      if (before !== undefined) index.remove(before);
      index.put(resource);
    }
    // Over the one before it, so that a resource keeps its place among the others.
    entry(byType, resource.type, () => new Map<string, KnownResource>()).set(resource.urn, resource);
  }

  /** Made when the check is first asked; most stacks have nothing for most checks. */
  function indexFor(check: StackCheck): KeyIndex {
    return entry(indexes, check, () => {
      const index = new KeyIndex(check);
      for (const type of check.types) for (const resource of byType.get(type)?.values() ?? []) index.put(resource);
      return index;
    });
  }

  for (const resource of resources) put(resource);
  return {
    put,
    remove,
    find,
    ofType: (type) => [...(byType.get(type)?.values() ?? [])],
    count: (type, without) => (byType.get(type)?.size ?? 0) - (find({ type, urn: without }) === undefined ? 0 : 1),
    linked: (check, { keys, types, without }) => indexFor(check).linked(keys, types, without),
  };
}

/**
 * What a resource is compared with: those that the check's ways lead to from its type, by shared keys. The resource itself is not
 * among them, nor its form before this step.
 */
export function comparedWith(view: StackView, check: StackCheck, resource: KnownResource): readonly KnownResource[] {
  const found: ByUrn = new Map();
  const ways = check.ways === "connected" ? undefined : (check.ways[resource.type] ?? []);
  const followed = new Set<string>();
  let last: readonly KnownResource[] = [resource];
  for (let way = 0; last.length > 0 && way < (ways?.length ?? Number.POSITIVE_INFINITY); way += 1) {
    const keys = new Set(last.flatMap((from) => keysOf(check, from)));
    // A key leads to all that have it: once is enough, unless other types are looked for the next time.
    if (ways === undefined) for (const key of keys) if (followed.has(key)) keys.delete(key);
    for (const key of keys) followed.add(key);
    const types = ways?.[way] ?? check.types;
    last = view.linked(check, { keys, types, without: resource.urn }).filter(({ urn }) => !found.has(urn));
    for (const to of last) found.set(to.urn, to);
  }
  return [...found.values()];
}
