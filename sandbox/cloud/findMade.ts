import type { CloudView, ResourceModel } from "../model/model.ts";
import { placeOf, type Registry, uniqueKey } from "../model/registry.ts";
import type { Place, Resource } from "../model/resource.ts";
import { object, type Properties, sameValue } from "../model/values.ts";
import { draftOf } from "./outputs.ts";
import { type Randomness, seededRandomness } from "./randomness.ts";
import type { ResourceStore } from "./resourceStore.ts";
import { permissiveModel } from "./unmodelled.ts";

/** What a create was asked to make: all that somebody knows of it who never got its answer. */
export interface Sought {
  readonly type: string;
  readonly place: Place;
  readonly inputs: Properties;
  /** Tags that nothing else bears. Empty when there are none to look by. */
  readonly tags: Properties;
  /** Milliseconds: what is older was not made by it. */
  readonly since: number;
}

/**
 * By what a resource was found: `tag` and `key` (its name, or what else the inputs say that identifies it) are what the APIs
 * of clouds find by; `likeness` is the same inputs, of which there may be several.
 */
export interface FoundMade {
  readonly resource: Resource;
  readonly by: "tag" | "key" | "likeness";
}

interface Lookup {
  readonly registry: Registry;
  readonly store: ResourceStore;
  readonly view: (place: Place) => CloudView;
}

/**
 * What a create whose answer never arrived may have made. It goes by what a client of a real cloud can ask for: tags, names, ids
 * that follow from the inputs, properties and the time of creation. Never by URN.
 */
export function findMade(sought: Sought, lookup: Lookup): readonly FoundMade[] {
  const { registry, store } = lookup;
  const model = registry.model(sought.type) ?? permissiveModel(sought.type);
  if (model.stateless === true) return [];
  const place = placeOf(registry.model(sought.type), sought.place);
  const present = store.all(sought.type, place).filter((one) => one.companionOf === undefined);
  const tagged = present.filter((one) => bears(one, sought.tags));
  if (tagged.length > 0) return tagged.map((resource) => ({ resource, by: "tag" }));
  const young = (resource: Resource | undefined): resource is Resource =>
    resource !== undefined &&
    resource.companionOf === undefined &&
    Date.parse(resource.createdAt) >= sought.since &&
    sameValue(resource.inputs, sought.inputs);
  const identified = keyed(model, { ...sought, place }, lookup);
  if (identified.certain) return identified.found.filter(young).map((resource) => ({ resource, by: "key" }));
  return present.filter(young).map((resource) => ({ resource, by: "likeness" }));
}

function bears({ outputs, inputs }: Resource, tags: Properties): boolean {
  const wanted = Object.entries(tags);
  const borne = { ...object(inputs, "tags"), ...object(outputs, "tagsAll") };
  return wanted.length > 0 && wanted.every(([name, value]) => borne[name] === value);
}

/** What has the id or the unique values that follow from the inputs. `certain`: these inputs identify one at most. */
function keyed(model: ResourceModel, sought: Sought, { store, view }: Lookup) {
  const random = watched();
  const cloud: CloudView = { ...view(sought.place), random: random.randomness };
  const draft = draftOf(model, { name: "", place: sought.place, inputs: sought.inputs, cloud });
  const id = String(model.id(draft));
  const byId = random.wasUsed() ? [] : [store.find(sought.type, sought.place, id)];
  const keys = (model.unique ?? []).flatMap((rule) => uniqueKey(model.type, rule, sought.place, draft.inputs) ?? []);
  const found = new Set([...byId, ...keys.map(store.takenBy)].filter((one) => one !== undefined));
  return { certain: !random.wasUsed() || keys.length > 0, found: [...found] };
}

/** Random values of which it is seen whether anybody asked for one: what does without them follows from the inputs. */
function watched(): { readonly randomness: Randomness; wasUsed(): boolean } {
  const values = seededRandomness("findMade");
  let used = false;
  const randomness = new Proxy(values, {
    get(target, name: keyof Randomness) {
      used = true;
      return target[name];
    },
  });
  return { randomness, wasUsed: () => used };
}
