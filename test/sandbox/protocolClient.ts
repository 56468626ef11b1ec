import { credentials, type ServiceError } from "@grpc/grpc-js";
import providerGrpc, { type ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Message } from "google-protobuf";
import type { Properties } from "../../sandbox/model/values.ts";
import { decode, Empty, encode } from "../../sandbox/protocol/wire.ts";

export interface CheckAnswer {
  readonly inputs: Properties;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffAnswer {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly detailed: readonly string[];
}

export interface StateAnswer {
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs: Properties;
  /** `JSON.stringify`-ed paths in the outputs. */
  readonly secrets: readonly string[];
}

export interface CreateOptions {
  readonly preview?: boolean;
  readonly secrets?: readonly string[];
  readonly name?: string;
}

/** One engine's connection to the sandbox, configured as one provider instance. */
export interface Engine {
  check(
    type: string,
    news: Properties,
    options?: { olds?: Properties; name?: string; seed?: string },
  ): Promise<CheckAnswer>;
  diff(type: string, id: string, olds: Properties, news: Properties): Promise<DiffAnswer>;
  create(type: string, inputs: Properties, options?: CreateOptions): Promise<StateAnswer>;
  update(type: string, old: StateAnswer, inputs: Properties, options?: { preview?: boolean }): Promise<StateAnswer>;
  /** Undefined when it is gone. */
  read(type: string, id: string, state?: { outputs: Properties; inputs: Properties }): Promise<StateAnswer | undefined>;
  remove(type: string, old: StateAnswer): Promise<void>;
  invoke(token: string, args: Properties): Promise<Properties>;
  cancel(): Promise<void>;
  close(): void;
}

export interface EngineOptions {
  readonly port: number;
  readonly package?: string;
  readonly configuration?: Properties;
  /** `<project>/<stack>` in the URNs. */
  readonly stack?: string;
}

/** Connects, and configures the connection as the engine does. Rejects when the configuration is refused. */
export async function connectEngine(options: EngineOptions): Promise<Engine> {
  const { port, package: pkg = "aws", configuration = { region: "eu-west-1" }, stack = "game/dev" } = options;
  // Connections are shared between clients of one process unless the channel options differ.
  const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  const configure = new providerPb.ConfigureRequest();
  configure.setType(`pulumi:providers:${pkg}`);
  configure.setArgs(encode(configuration));
  await call<providerPb.ConfigureResponse>(client, "configure", configure);
  const [project = "", stackName = ""] = stack.split("/");
  const address = <T extends { setUrn(v: string): unknown; setName(v: string): unknown; setType(v: string): unknown }>(
    request: T,
    type: string,
    name: string,
  ): T => {
    request.setUrn(`urn:pulumi:${stackName}::${project}::${type}::${name}`);
    request.setName(name);
    request.setType(type);
    return request;
  };

  return {
    check: async (type, news, { olds = {}, name = "thing", seed = "seed" } = {}) => {
      const request = address(new providerPb.CheckRequest(), type, name);
      request.setNews(encode(news));
      request.setOlds(encode(olds));
      request.setRandomseed(Buffer.from(seed));
      const response = await call<providerPb.CheckResponse>(client, "check", request);
      const failures = response.getFailuresList().map((f) => ({ property: f.getProperty(), reason: f.getReason() }));
      return { inputs: decode(response.getInputs()).value, failures };
    },
    diff: async (type, id, olds, news) => {
      const request = address(new providerPb.DiffRequest(), type, "thing");
      request.setId(id);
      request.setOldInputs(encode(olds));
      request.setOlds(encode(olds));
      request.setNews(encode(news));
      const response = await call<providerPb.DiffResponse>(client, "diff", request);
      return {
        changes: response.getChanges() === providerPb.DiffResponse.DiffChanges.DIFF_SOME,
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
        detailed: [...response.getDetaileddiffMap().keys()],
      };
    },
    create: async (type, inputs, { preview = false, secrets = [], name = "thing" } = {}) => {
      const request = address(new providerPb.CreateRequest(), type, name);
      request.setProperties(encode(inputs, new Set(secrets)));
      request.setPreview(preview);
      const response = await call<providerPb.CreateResponse>(client, "create", request);
      const { value, secrets: found } = decode(response.getProperties());
      return { id: response.getId(), outputs: value, inputs, secrets: [...found] };
    },
    update: async (type, old, inputs, { preview = false } = {}) => {
      const request = address(new providerPb.UpdateRequest(), type, "thing");
      request.setId(old.id);
      request.setOlds(encode(old.outputs));
      request.setOldInputs(encode(old.inputs));
      request.setNews(encode(inputs));
      request.setPreview(preview);
      const response = await call<providerPb.UpdateResponse>(client, "update", request);
      const { value, secrets } = decode(response.getProperties());
      return { id: old.id, outputs: value, inputs, secrets: [...secrets] };
    },
    read: async (type, id, state) => {
      const request = address(new providerPb.ReadRequest(), type, "thing");
      request.setId(id);
      if (state !== undefined) {
        request.setProperties(encode(state.outputs));
        request.setInputs(encode(state.inputs));
      }
      const response = await call<providerPb.ReadResponse>(client, "read", request);
      if (response.getId() === "") return undefined;
      const { value, secrets } = decode(response.getProperties());
      return {
        id: response.getId(),
        outputs: value,
        inputs: decode(response.getInputs()).value,
        secrets: [...secrets],
      };
    },
    remove: async (type, old) => {
      const request = address(new providerPb.DeleteRequest(), type, "thing");
      request.setId(old.id);
      request.setProperties(encode(old.outputs));
      request.setOldInputs(encode(old.inputs));
      await call(client, "delete", request);
    },
    invoke: async (token, args) => {
      const request = new providerPb.InvokeRequest();
      request.setTok(token);
      request.setArgs(encode(args));
      return decode((await call<providerPb.InvokeResponse>(client, "invoke", request)).getReturn()).value;
    },
    cancel: async () => {
      await call(client, "cancel", new Empty());
    },
    close: () => client.close(),
  };
}

type Method = "configure" | "check" | "diff" | "create" | "update" | "read" | "delete" | "invoke" | "cancel";

function call<R>(client: ResourceProviderClient, method: Method, request: Message): Promise<R> {
  return new Promise((resolve, reject) => {
    // The generated client has one signature for each method; the pair of method and request is right at each use above.
    const send = client[method].bind(client) as unknown as (
      request: Message,
      callback: (error: ServiceError | null, response: R) => void,
    ) => void;
    send(request, (error, response) => (error === null ? resolve(response) : reject(error)));
  });
}
