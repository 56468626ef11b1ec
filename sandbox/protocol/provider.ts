import type { handleUnaryCall } from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { CloudError } from "../cloud/cloudError.ts";
import { diffInputs } from "../model/diff.ts";
import { type ClusterDirectory, type ProviderPackage, unpacked } from "../model/package.ts";
import type { Connection, Connections } from "./connections.ts";
import { createEngineLog } from "./engineLog.ts";
import { grpcError } from "./grpcErrors.ts";
import type { ResourceServices } from "./resourceMethods.ts";
import { type ResourceMethods, resourceMethods } from "./resourceMethods.ts";
import { decode, Empty, encode } from "./wire.ts";

/**
 * The engine warns at each operation when a plugin is older than the SDK that asks for it. One server stands in for the plugins
 * of several SDKs, each with a version of its own, and is behind none of them.
 */
const PLUGIN_VERSION = "1000.0.0";

export interface ProviderServices extends ResourceServices {
  readonly packages: readonly ProviderPackage[];
  readonly clusters: ClusterDirectory;
  readonly connections: Connections;
}

/** Pulumi's provider protocol for all packages at once; what differs between callers is kept by connection. */
export function createProvider(services: ProviderServices): IResourceProviderServer {
  const unary =
    <Q, R>(handle: (request: Q, connection: Connection) => R | Promise<R>): handleUnaryCall<Q, R> =>
    (call, callback) => {
      const connection = services.connections.of(call.getPeer());
      new Promise<R>((resolve) => resolve(handle(call.request, connection))).then(
        (response) => callback(null, response),
        (error: unknown) => callback(grpcError(error)),
      );
    };
  const methods: ResourceMethods = resourceMethods(services);

  return {
    handshake: unary((request: providerPb.ProviderHandshakeRequest, connection) => {
      attach(connection, request.getEngineAddress());
      const response = new providerPb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      response.setAcceptOutputs(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    attach: unary((request: pluginPb.PluginAttach, connection) => {
      attach(connection, request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(() => {
      const info = new pluginPb.PluginInfo();
      info.setVersion(PLUGIN_VERSION);
      return info;
    }),
    getSchema: unary(() => {
      const response = new providerPb.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    checkConfig: unary((request: providerPb.CheckRequest) => {
      const { value, secrets } = decode(request.getNews());
      const problems = packageOf(services, request.getUrn()).check(unpacked(value));
      const response = new providerPb.CheckResponse();
      response.setInputs(encode(value, secrets));
      for (const { property, code, message } of problems) {
        const failure = new providerPb.CheckFailure();
        failure.setProperty(property ?? "");
        failure.setReason(`${code}: ${message}`);
        response.addFailures(failure);
      }
      return response;
    }),
    diffConfig: unary((request: providerPb.DiffRequest) => {
      const { replacing } = packageOf(services, request.getUrn());
      const olds = unpacked(decode(request.getOldInputs() ?? request.getOlds()).value);
      const news = unpacked(decode(request.getNews()).value);
      const changes = diffInputs(olds, news, {});
      const replaced = typeof replacing === "function" ? replacing(olds, news) : replacing;
      const inputs = [...new Set(changes.map(({ input }) => input))];
      const response = new providerPb.DiffResponse();
      response.setChanges(inputs.length === 0 ? 1 : 2);
      response.setDiffsList(inputs);
      response.setReplacesList(inputs.filter((input) => replaced.includes(input)));
      return response;
    }),
    configure: unary((request: providerPb.ConfigureRequest, connection) => {
      const found = packageOf(services, request.getUrn() ?? "", request.getType());
      const configuration = unpacked(decode(request.getArgs()).value);
      const [problem] = found.check(configuration);
      if (problem !== undefined) throw new CloudError("invalid", problem.code, problem.message);
      connection.configuration = found.configure(configuration, services.clusters);
      const response = new providerPb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setAcceptresources(true);
      response.setAcceptoutputs(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    cancel: unary((_request, connection) => {
      connection.stop.abort(new Error("the engine cancelled"));
      connection.stop = new AbortController();
      return new Empty();
    }),
    check: unary(methods.check),
    diff: unary(methods.diff),
    create: unary(methods.create),
    read: unary(methods.read),
    update: unary(methods.update),
    delete: unary(methods.delete),
    invoke: unary(methods.invoke),
    parameterize: unary(() => unimplemented("Parameterize")),
    call: unary(() => unimplemented("Call")),
    construct: unary(() => unimplemented("Construct")),
    getMapping: unary(() => new providerPb.GetMappingResponse()),
    getMappings: unary(() => new providerPb.GetMappingsResponse()),
    list: (call) => call.destroy(new CloudError("unimplemented", "NotImplemented", "List is not simulated")),
  };
}

function attach(connection: Connection, address: string): void {
  connection.log?.close();
  if (address !== "") connection.log = createEngineLog(address);
}

function unimplemented(method: string): never {
  throw new CloudError("unimplemented", "NotImplemented", `${method} is not simulated`);
}

/** A provider's type is `pulumi:providers:<package>`; its URN ends in that type and a name. */
function packageOf(services: ProviderServices, urn: string, type?: string): ProviderPackage {
  const token = type ?? urn.split("::")[2]?.split("$").at(-1) ?? "";
  const name = token.split(":").at(-1);
  const found = services.packages.find((candidate) => candidate.name === name);
  if (found === undefined) throw new CloudError("invalid", "UnknownPackage", `the sandbox has no package '${name}'`);
  return found;
}
