import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Call, Caller, CallServices } from "../cloud/calls.ts";
import { serve } from "../cloud/calls.ts";
import { type Autonaming, checkedInputs, wasGenerated } from "../cloud/checkedInputs.ts";
import type { Cloud, Subject } from "../cloud/cloud.ts";
import { CloudError } from "../cloud/cloudError.ts";
import { problemsOf } from "../cloud/conditions.ts";
import { secretsOf } from "../cloud/outputs.ts";
import { type Change, diffInputs } from "../model/diff.ts";
import type { InvokeModel, ResourceModel } from "../model/model.ts";
import type { ProviderConfiguration } from "../model/package.ts";
import type { Registry } from "../model/registry.ts";
import type { Place } from "../model/resource.ts";
import { containsUnknown, type Properties, sameValue } from "../model/values.ts";
import type { Connection } from "./connections.ts";
import { decode, Empty, encode } from "./wire.ts";

export interface ResourceServices {
  readonly registry: Registry;
  readonly cloud: Cloud;
  readonly calls: CallServices;
}

export type ResourceMethods = ReturnType<typeof resourceMethods>;

interface Addressed {
  getUrn(): string;
  getName(): string;
  getType(): string;
}

/** The methods of the provider protocol that are about one resource or one function. */
export function resourceMethods(services: ResourceServices) {
  const { registry, cloud } = services;

  return {
    check: async (request: providerPb.CheckRequest, connection: Connection) => {
      const news = decode(request.getNews());
      const model = registry.model(request.getType());
      const autonaming = autonamingOf(request);
      const inputs = checkedInputs(
        {
          name: request.getName(),
          olds: decode(request.getOlds()).value,
          news: news.value,
          seed: request.getRandomseed_asU8(),
          defaultTags: configurationOf(connection).defaultTags,
          settings: settingsOf(connection),
          ...(autonaming === undefined ? {} : { autonaming }),
        },
        model,
      );
      const call = callOf("check", request, connection, { properties: inputs, model });
      const problems = model === undefined ? [] : problemsOf(model, inputs);
      const response = new providerPb.CheckResponse();
      response.setInputs(encode(inputs, new Set(secretsOf(undefined, news.secrets))));
      for (const problem of problems) response.addFailures(failure(problem.property, problem.code, problem.message));
      const refusal = problems[0];
      // The answer to a bad input is a list of failures, not an error; the ledger shows what it said.
      if (refusal === undefined) return serve(call, services.calls, () => response);
      await serve(call, services.calls, () => {
        throw new CloudError("invalid", refusal.code, refusal.message);
      }).catch(() => undefined);
      return response;
    },

    diff: (request: providerPb.DiffRequest, connection: Connection) => {
      const model = registry.model(request.getType());
      const olds = decode(request.getOldInputs() ?? request.getOlds()).value;
      const news = decode(request.getNews()).value;
      const call = { ...callOf("diff", request, connection, { properties: olds, model }), id: request.getId() };
      return serve(call, services.calls, () => {
        const replacing = model?.replacing?.({ olds, news, settings: settingsOf(connection) }) ?? [];
        const changes = diffInputs(olds, news, model?.inputs ?? {}).map((change) =>
          replacing.some((path) => isWithin(change.path, path)) ? { ...change, replace: true } : change,
        );
        return diffResponse(changes, model !== undefined && clashes(model, olds, news));
      });
    },

    create: async (request: providerPb.CreateRequest, connection: Connection) => {
      const { value: inputs, secrets } = decode(request.getProperties());
      const subject = subjectOf(request, connection, inputs);
      const made = await cloud.create({ ...subject, inputs, secrets, preview: request.getPreview() });
      await remarkUnmodelled(subject, connection, registry);
      const response = new providerPb.CreateResponse();
      response.setId(made.id);
      response.setProperties(encode(made.outputs, new Set(made.secrets)));
      return response;
    },

    update: async (request: providerPb.UpdateRequest, connection: Connection) => {
      const { value: inputs, secrets } = decode(request.getNews());
      const previous = decode(request.getOlds()).value;
      const subject = subjectOf(request, connection, previous);
      const preview = request.getPreview();
      const made = await cloud.update({ ...subject, id: request.getId(), inputs, secrets, previous, preview });
      const response = new providerPb.UpdateResponse();
      response.setProperties(encode(made.outputs, new Set(made.secrets)));
      return response;
    },

    read: async (request: providerPb.ReadRequest, connection: Connection) => {
      const state = decode(request.getProperties());
      const inputs = decode(request.getInputs());
      const response = new providerPb.ReadResponse();
      const model = registry.model(request.getType());
      if (model?.stateless === true) {
        const call = callOf("read", request, connection, { properties: state.value, model });
        response.setId(request.getId());
        response.setProperties(encode(state.value, state.secrets));
        response.setInputs(encode(inputs.value, inputs.secrets));
        return serve({ ...call, id: request.getId() }, services.calls, () => response);
      }
      if (isAbandoned(connection, state.value)) {
        const call = callOf("read", request, connection, { properties: state.value, model });
        return serve({ ...call, id: request.getId() }, services.calls, () => response);
      }
      const found = await cloud.read(subjectOf(request, connection, state.value), request.getId());
      // An empty id is the protocol's way to say that it is gone.
      if (found === undefined) return response;
      const secrets = new Set([...found.secrets, ...inputs.secrets, ...state.secrets]);
      response.setId(found.id);
      response.setProperties(encode(found.outputs, secrets));
      response.setInputs(encode(found.inputs, secrets));
      return response;
    },

    delete: async (request: providerPb.DeleteRequest, connection: Connection) => {
      const state = decode(request.getProperties()).value;
      if (isAbandoned(connection, state)) {
        const model = registry.model(request.getType());
        const call = callOf("delete", request, connection, { properties: state, model });
        return serve({ ...call, id: request.getId() }, services.calls, () => new Empty());
      }
      await cloud.remove(subjectOf(request, connection, state), request.getId());
      return new Empty();
    },

    invoke: async (request: providerPb.InvokeRequest, connection: Connection) => {
      const { value: args } = decode(request.getArgs());
      const token = request.getTok();
      const model = registry.invoke(token) ?? unmodelledFunction(token);
      const response = new providerPb.InvokeResponse();
      response.setReturn(encode(await cloud.invoke(callerOf(connection, args), model, args)));
      return response;
    },
  };
}

/** A made-up answer would be worse than none: what a program does with it depends on what is in it. */
function unmodelledFunction(token: string): InvokeModel {
  return {
    token,
    run: () => {
      throw new CloudError("unimplemented", "NotImplemented", `the sandbox does not simulate the function ${token}`);
    },
  };
}

/** A call that asks nothing of the cloud: it is answered even when its place, such as a deleted cluster, is gone. */
function callOf(
  operation: "check" | "diff" | "read" | "delete",
  request: Addressed,
  connection: Connection,
  about: { readonly properties: Properties; readonly model: ResourceModel | undefined },
): Call {
  const { signal } = connection.stop;
  const caller: Caller = { place: placeIfAny(connection, about.properties), via: "provider", signal };
  return { operation, caller, urn: request.getUrn(), type: request.getType(), model: about.model };
}

/** The place is gone with all that was in it, and the provider is told to take that for an answer. */
function isAbandoned(connection: Connection, properties: Properties): boolean {
  return settingsOf(connection)["deleteUnreachable"] === true && placeIfAny(connection, properties).account === "";
}

function placeIfAny(connection: Connection, properties: Properties): Place {
  try {
    return configurationOf(connection).place(properties);
  } catch (error) {
    if (error instanceof CloudError && error.refusal === "unavailable") return { account: "", region: "" };
    throw error;
  }
}

function subjectOf(request: Addressed, connection: Connection, properties: Properties): Subject {
  return {
    caller: callerOf(connection, properties),
    urn: request.getUrn(),
    name: request.getName(),
    type: request.getType(),
  };
}

function callerOf(connection: Connection, properties: Properties): Caller {
  return { place: configurationOf(connection).place(properties), via: "provider", signal: connection.stop.signal };
}

function configurationOf(connection: Connection): ProviderConfiguration {
  if (connection.configuration !== undefined) return connection.configuration;
  throw new CloudError("unavailable", "NotConfigured", "the provider was called before it was configured");
}

function settingsOf(connection: Connection): Properties {
  return configurationOf(connection).settings ?? {};
}

async function remarkUnmodelled(subject: Subject, connection: Connection, registry: Registry): Promise<void> {
  if (registry.model(subject.type) !== undefined) return;
  const message = `the sandbox does not model ${subject.type}: any inputs are accepted, nothing is checked`;
  await connection.log?.info(subject.urn, message);
}

function failure(property: string | undefined, code: string, message: string): providerPb.CheckFailure {
  const result = new providerPb.CheckFailure();
  result.setProperty(property ?? "");
  result.setReason(`${code}: ${message}`);
  return result;
}

function autonamingOf(request: providerPb.CheckRequest): Autonaming | undefined {
  const options = request.getAutonaming();
  if (options === undefined) return undefined;
  const { DISABLE, ENFORCE, PROPOSE } = providerPb.CheckRequest.AutonamingOptions.Mode;
  const mode = options.getMode();
  const name = mode === DISABLE ? "disable" : mode === ENFORCE ? "enforce" : mode === PROPOSE ? "propose" : "default";
  return { mode: name, proposedName: options.getProposedName() };
}

/** Whether a property path is that of `path` or of something in it. */
function isWithin(inner: string, path: string): boolean {
  return inner === path || inner.startsWith(`${path}.`) || inner.startsWith(`${path}[`);
}

/** Old and new cannot be there at once when they share a unique value that was not generated. */
function clashes(model: ResourceModel, olds: Properties, news: Properties): boolean {
  const { deleteBeforeReplace = false } = model;
  if (typeof deleteBeforeReplace === "function") return deleteBeforeReplace(olds, news);
  if (deleteBeforeReplace) return true;
  return (model.unique ?? []).some(({ by }) =>
    by.every((name) => {
      const value = news[name];
      if (value === undefined || containsUnknown(value) || wasGenerated(news, name)) return false;
      return sameValue(olds[name], value);
    }),
  );
}

function diffResponse(changes: readonly Change[], clash: boolean): providerPb.DiffResponse {
  const replaces = new Set(changes.flatMap(({ input, replace }) => (replace ? [input] : [])));
  const response = new providerPb.DiffResponse();
  response.setChanges(
    changes.length === 0
      ? providerPb.DiffResponse.DiffChanges.DIFF_NONE
      : providerPb.DiffResponse.DiffChanges.DIFF_SOME,
  );
  response.setDiffsList([...new Set(changes.map(({ input }) => input))]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(replaces.size > 0 && clash);
  response.setHasdetaileddiff(true);
  for (const change of changes) {
    const detail = new providerPb.PropertyDiff();
    detail.setKind(kindOf(change));
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(change.path, detail);
  }
  return response;
}

function kindOf({ kind, replace }: Change): 0 | 1 | 2 | 3 | 4 | 5 {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = providerPb.PropertyDiff.Kind;
  if (kind === "add") return replace ? ADD_REPLACE : ADD;
  if (kind === "delete") return replace ? DELETE_REPLACE : DELETE;
  return replace ? UPDATE_REPLACE : UPDATE;
}
