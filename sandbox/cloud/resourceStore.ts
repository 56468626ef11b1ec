import type { ResourceModel } from "../model/model.ts";
import { placeOf, placeParts, type Registry, referencesIn, targetTypes, uniqueKey } from "../model/registry.ts";
import type { Place, Resource } from "../model/resource.ts";

export interface ResourceFilter {
  readonly account?: string;
  readonly region?: string;
  readonly type?: string;
  readonly stack?: string;
}

/** What keeps resources beyond the life of the process. */
export interface ResourceSink {
  put(resource: Resource): void;
  remove(uid: string): void;
}

/** All resources of the sandbox, in memory, indexed for what models ask: by id, by key, by holder, by uniqueness. */
export interface ResourceStore {
  get(uid: string): Resource | undefined;
  find(type: string, at: Place, value: string, by?: string): Resource | undefined;
  all(type: string, at: Place): readonly Resource[];
  list(filter: ResourceFilter): readonly Resource[];
  /** Who keeps it from being deleted; its companions do not. */
  holdersOf(resource: Resource): readonly Resource[];
  companionsOf(resource: Resource): readonly Resource[];
  /** The other resource that has this unique key. */
  takenBy(key: string): Resource | undefined;
  /** The deleted resource that still has this unique key at `now` (milliseconds). */
  recoverableBy(key: string, now: number): Resource | undefined;
  put(resource: Resource): void;
  remove(resource: Resource): void;
  /** Takes it out of sight, and keeps its unique values taken until its `goneAt`. */
  retire(resource: Resource & { readonly goneAt: string }): void;
}

export function createResourceStore(
  registry: Registry,
  initial: readonly Resource[],
  sink: ResourceSink,
): ResourceStore {
  const byUid = new Map<string, Resource>();
  const byType = new Map<string, Set<string>>();
  const byKey = new Map<string, string>();
  const unique = new Map<string, string>();
  const retired = new Map<string, Resource>();
  const holders = new Map<string, Set<string>>();
  const holds = new Map<string, readonly string[]>();

  const get = (uid: string): Resource | undefined => byUid.get(uid);
  const resolve = (uids: Iterable<string>): readonly Resource[] =>
    [...uids].map(get).filter((resource) => resource !== undefined);
  const scoped = (type: string, at: Place): Place => placeOf(registry.model(type), at);
  const find = (type: string, at: Place, value: string, by = "id"): Resource | undefined => {
    const uid = byKey.get(lookupKey(type, scoped(type, at), by, value));
    return uid === undefined ? undefined : byUid.get(uid);
  };

  const index = (resource: Resource): void => {
    const model = registry.model(resource.type);
    byUid.set(resource.uid, resource);
    setOf(byType, typeKey(resource.type, resource.place)).add(resource.uid);
    for (const key of lookupKeys(resource, model)) byKey.set(key, resource.uid);
    for (const key of uniqueKeys(resource, model)) unique.set(key, resource.uid);
  };
  const hold = (resource: Resource): void => {
    const targets = heldBy(resource, registry.model(resource.type), find);
    holds.set(resource.uid, targets);
    for (const target of targets) setOf(holders, target).add(resource.uid);
  };
  const unindex = (resource: Resource): void => {
    const model = registry.model(resource.type);
    byUid.delete(resource.uid);
    byType.get(typeKey(resource.type, resource.place))?.delete(resource.uid);
    for (const key of lookupKeys(resource, model)) if (byKey.get(key) === resource.uid) byKey.delete(key);
    for (const key of uniqueKeys(resource, model)) if (unique.get(key) === resource.uid) unique.delete(key);
    for (const target of holds.get(resource.uid) ?? []) holders.get(target)?.delete(resource.uid);
    holds.delete(resource.uid);
  };

  const keep = (resource: Resource): void => {
    for (const key of uniqueKeys(resource, registry.model(resource.type))) retired.set(key, resource);
  };
  const forget = (resource: Resource): void => {
    for (const [key, other] of retired) if (other.uid === resource.uid) retired.delete(key);
    sink.remove(resource.uid);
  };

  const present = initial.filter(({ goneAt }) => goneAt === undefined);
  // Two passes, because a resource may refer to one that is loaded after it.
  present.forEach(index);
  present.forEach(hold);
  initial.filter(({ goneAt }) => goneAt !== undefined).forEach(keep);

  return {
    get,
    find,
    all: (type, at) => resolve(byType.get(typeKey(type, scoped(type, at))) ?? []),
    list: (filter) => [...byUid.values()].filter((resource) => matches(resource, filter)),
    holdersOf: (resource) =>
      resolve(holders.get(resource.uid) ?? []).filter((holder) => holder.companionOf !== resource.uid),
    companionsOf: (resource) => resolve(holders.get(companionKey(resource.uid)) ?? []),
    takenBy: (key) => get(unique.get(key) ?? ""),
    recoverableBy: (key, now) => {
      const resource = retired.get(key);
      if (resource === undefined || Date.parse(resource.goneAt ?? "") > now) return resource;
      forget(resource);
      return undefined;
    },
    put: (resource) => {
      const before = byUid.get(resource.uid);
      if (before !== undefined) unindex(before);
      index(resource);
      hold(resource);
      sink.put(resource);
    },
    remove: (resource) => {
      unindex(resource);
      sink.remove(resource.uid);
    },
    retire: (resource) => {
      unindex(resource);
      keep(resource);
      sink.put(resource);
    },
  };
}

type Find = (type: string, at: Place, value: string, by?: string) => Resource | undefined;

function heldBy(resource: Resource, model: ResourceModel | undefined, find: Find): readonly string[] {
  const companion = resource.companionOf === undefined ? [] : [companionKey(resource.companionOf)];
  if (model === undefined) return companion;
  const targets = referencesIn(resource.inputs, model)
    .filter(({ ref }) => ref.holds !== false)
    .flatMap(({ ref, value }) => targetTypes(ref).map((type) => find(type, resource.place, value, ref.by)?.uid))
    .filter((uid) => uid !== undefined && uid !== resource.uid);
  return [...companion, ...targets].filter((uid) => uid !== undefined);
}

/** Companions are kept in the same index as holders, under a key of their own. */
function companionKey(uid: string): string {
  return `companions of ${uid}`;
}

function matches(resource: Resource, filter: ResourceFilter): boolean {
  return (
    (filter.account === undefined || resource.place.account === filter.account) &&
    (filter.region === undefined || resource.place.region === filter.region) &&
    (filter.type === undefined || resource.type === filter.type) &&
    (filter.stack === undefined || resource.stack === filter.stack)
  );
}

function lookupKeys(resource: Resource, model: ResourceModel | undefined): readonly string[] {
  const keyed = (model?.keys ?? []).flatMap((by) => {
    const value = resource.outputs[by];
    return typeof value === "string" ? [lookupKey(resource.type, resource.place, by, value)] : [];
  });
  return [lookupKey(resource.type, resource.place, "id", resource.id), ...keyed];
}

function uniqueKeys(resource: Resource, model: ResourceModel | undefined): readonly string[] {
  return (model?.unique ?? []).flatMap(
    (rule) => uniqueKey(resource.type, rule, resource.place, resource.outputs) ?? [],
  );
}

function lookupKey(type: string, at: Place, by: string, value: string): string {
  return JSON.stringify([type, ...placeParts(at), by, value]);
}

function typeKey(type: string, at: Place): string {
  return JSON.stringify([type, ...placeParts(at)]);
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Set<string>();
  map.set(key, made);
  return made;
}
