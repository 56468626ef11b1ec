import type { CloudView, Companion, InvokeModel, ResourceModel } from "../model/model.ts";
import { placeOf, type Registry } from "../model/registry.ts";
import type { Place, Resource } from "../model/resource.ts";
import type { Properties } from "../model/values.ts";
import { type Call, type Caller, type CallServices, pause, serve } from "./calls.ts";
import { UnfinishedError } from "./cloudError.ts";
import { notFound, requireDeletable, requirePossible, requireUnique } from "./conditions.ts";
import { stackOf } from "./ledger.ts";
import { created, draftOf, previewedCreate, previewedUpdate, secretsOf, updated } from "./outputs.ts";
import type { Quotas } from "./quotas.ts";
import type { ResourceStore } from "./resourceStore.ts";
import { permissiveModel } from "./unmodelled.ts";

/** The resource that a call is about. */
export interface Subject {
  readonly caller: Caller;
  readonly urn: string;
  /** The name in the Pulumi program. */
  readonly name: string;
  readonly type: string;
}

export interface Made {
  readonly id: string;
  readonly outputs: Properties;
  readonly secrets: readonly string[];
}

export interface Found extends Made {
  readonly inputs: Properties;
}

export interface CreateRequest extends Subject {
  readonly inputs: Properties;
  readonly secrets: Iterable<string>;
  readonly preview: boolean;
}

export interface UpdateRequest extends CreateRequest {
  readonly id: string;
  /** The outputs in the engine's state: what a preview goes by. */
  readonly previous: Properties;
}

/** The simulated cloud: what its API does, without the wire. Every method throws only `CloudError`. */
export interface Cloud {
  create(request: CreateRequest): Promise<Made>;
  update(request: UpdateRequest): Promise<Made>;
  /** Undefined when it does not exist. A stateless resource is not looked up: it is what the engine's state says. */
  read(subject: Subject, id: string): Promise<Found | undefined>;
  /** Deleting what does not exist succeeds. */
  remove(subject: Subject, id: string): Promise<void>;
  invoke(caller: Caller, model: InvokeModel, args: Properties): Promise<Properties>;
  /** Takes a resource away with all that goes with it, whoever depends on it; nothing is asked, nothing recorded. */
  erase(resource: Resource): void;
  view(place: Place): CloudView;
  /** Whether a call that may make the resource of this URN has not come to its end. */
  isMaking(urn: string): boolean;
}

export interface CloudServices extends CallServices {
  readonly registry: Registry;
  readonly store: ResourceStore;
  readonly quotas: Quotas;
  readonly newUid: () => string;
}

const DAY_MS = 86_400_000;

const idOf = (made: Made): string => made.id;

export function createCloud(services: CloudServices): Cloud {
  const { registry, store, clock } = services;
  const making = createTally();

  const view = (place: Place): CloudView => ({
    now: new Date(clock.now()).toISOString(),
    random: services.randomness,
    find: (type, value, by) => store.find(type, place, value, by),
    all: (type) => store.all(type, place),
    within: (region) => view({ account: place.account, region }),
    inCluster: (cluster) =>
      store.list({ account: place.account, region: place.region }).filter((one) => one.place.cluster === cluster),
    everywhere: (type) => store.list({ account: place.account, type }),
  });

  const wait = (seconds: number | undefined, call: Call): Promise<void> =>
    pause((seconds ?? 0) * 1000 * services.latency().waitFactor, call, services);

  const make = (request: CreateRequest, model: ResourceModel, modelled: boolean): Resource => {
    const { caller, inputs } = request;
    const draft = draftOf(model, { name: request.name, place: caller.place, inputs, cloud: view(caller.place) });
    requirePossible(model, draft, services);
    const { id, outputs, draft: done } = created(model, draft);
    const place = placeOf(registry.model(request.type), caller.place);
    requireUnique(model, { place, outputs, now: clock.now() }, store);
    services.quotas.requireRoom(request.type, place, store);
    const at = clock.now();
    const resource: Resource = {
      // What has the id already and is not refused as a duplicate is overwritten, as a PUT does: one thing, not two.
      uid: store.find(request.type, place, id)?.uid ?? services.newUid(),
      type: request.type,
      id,
      place,
      urn: request.urn,
      stack: stackOf(request.urn),
      inputs,
      outputs,
      secrets: secretsOf(model, request.secrets),
      modelled,
      createdAt: new Date(at).toISOString(),
      updatedAt: new Date(at).toISOString(),
      readyAt: new Date(at + (model.seconds?.create ?? 0) * 1000 * services.latency().waitFactor).toISOString(),
    };
    if (model.stateless === true) return resource;
    store.put(resource);
    for (const companion of model.companions?.(done) ?? []) store.put(companionOf(resource, companion));
    return resource;
  };

  const companionOf = (owner: Resource, { type, id, inputs, outputs, cluster }: Companion): Resource => {
    const around: Place = cluster === undefined ? owner.place : { ...owner.place, cluster };
    const place = placeOf(registry.model(type), around);
    return { ...owner, type, id, inputs, outputs, place, uid: services.newUid(), secrets: [], companionOf: owner.uid };
  };

  const change = (request: UpdateRequest, model: ResourceModel): Resource => {
    const { caller, id, inputs } = request;
    const previous = store.find(request.type, caller.place, id);
    if (previous === undefined) throw notFound(model, request.type, id);
    const making = { name: request.name, place: caller.place, inputs, cloud: view(caller.place) };
    const draft = draftOf(model, making, previous);
    requirePossible(model, draft, services);
    const outputs = updated(model, draft, previous.outputs);
    requireUnique(model, { place: previous.place, outputs, uid: previous.uid, now: clock.now() }, store);
    const secrets = secretsOf(model, request.secrets);
    const resource = { ...previous, inputs, outputs, secrets, updatedAt: new Date(clock.now()).toISOString() };
    store.put(resource);
    return resource;
  };

  const erase = (resource: Resource): void => {
    const others = registry.model(resource.type)?.removes?.(resource, view(resource.place)) ?? [];
    for (const other of [...store.companionsOf(resource), ...others]) {
      if (store.get(other.uid) !== undefined) erase(other);
    }
    const days = registry.model(resource.type)?.recovery?.days(resource) ?? 0;
    const keptMs = days * DAY_MS * services.latency().waitFactor;
    if (keptMs > 0) store.retire({ ...resource, goneAt: new Date(clock.now() + keptMs).toISOString() });
    else store.remove(resource);
  };

  const callOf = (operation: Call["operation"], subject: Subject): Call => ({
    operation,
    caller: subject.caller,
    type: subject.type,
    urn: subject.urn,
    model: registry.model(subject.type),
  });

  return {
    view,
    erase,
    isMaking: (urn) => making.has(urn),
    create: async (request) => {
      const call = { ...callOf("create", request), preview: request.preview };
      const model = call.model ?? permissiveModel(request.type);
      const work = async (): Promise<Made> => {
        if (request.preview) {
          const outputs = previewedCreate(model, request.inputs, request.caller.place);
          return { id: "", outputs, secrets: secretsOf(model, request.secrets) };
        }
        const resource = make(request, model, call.model !== undefined);
        await wait(model.seconds?.create, call).catch(() => {
          throw new UnfinishedError(resource);
        });
        return resource;
      };
      const end = request.preview ? () => undefined : making.add(request.urn);
      return serve(call, services, work, idOf).finally(end);
    },
    update: (request) => {
      const call = { ...callOf("update", request), preview: request.preview, id: request.id };
      const model = call.model ?? permissiveModel(request.type);
      return serve(call, services, async () => {
        if (request.preview || model.stateless === true) {
          const outputs = previewedUpdate(model, request.inputs, request.previous);
          return { id: request.id, outputs, secrets: secretsOf(model, request.secrets) };
        }
        const resource = change(request, model);
        await wait(model.seconds?.update, call);
        return resource;
      });
    },
    read: async (subject, id) => {
      const call = { ...callOf("read", subject), id };
      const { found } = await serve(call, services, () => {
        const { place } = subject.caller;
        const resolved = call.model?.importId?.(id, view(place));
        const direct = store.find(subject.type, place, id);
        return { found: direct ?? (resolved === undefined ? undefined : store.find(subject.type, place, resolved)) };
      });
      return found;
    },
    remove: async (subject, id) => {
      const call = { ...callOf("delete", subject), id };
      await serve(call, services, async () => {
        const resource = store.find(subject.type, subject.caller.place, id);
        if (resource === undefined) return {};
        requireDeletable(call.model, resource, { store, view: view(subject.caller.place) });
        erase(resource);
        await wait(call.model?.seconds?.delete, call);
        return {};
      });
    },
    invoke: async (caller, model, args) => {
      const call: Call = { operation: "invoke", caller, type: model.token, urn: "", model: undefined, modelled: true };
      const { result } = await serve(call, services, () => ({
        result: model.run(args, caller.place, view(caller.place)),
      }));
      return result;
    },
  };
}

/** Counts what is under way by name. `add` answers the function that ends it. */
function createTally() {
  const counts = new Map<string, number>();
  return {
    has: (name: string): boolean => counts.has(name),
    add: (name: string): (() => void) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return () => {
        const left = (counts.get(name) ?? 1) - 1;
        if (left === 0) counts.delete(name);
        else counts.set(name, left);
      };
    },
  };
}
