import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";

export interface PermissiveProvider {
  readonly port: number;
  readonly close: () => void;
}

type Answer = (request: never) => unknown;

const echoInputs: Answer = (request: { getNews: () => never }) => {
  const response = new proto.CheckResponse();
  response.setInputs(request.getNews());
  return response;
};

const answers: Readonly<Record<string, Answer>> = {
  getPluginInfo: () => new plugin.PluginInfo(),
  handshake: () => new proto.ProviderHandshakeResponse(),
  checkConfig: echoInputs,
  check: echoInputs,
  configure: () => {
    const response = new proto.ConfigureResponse();
    response.setSupportspreview(true);
    response.setAcceptsecrets(true);
    return response;
  },
  create: (request: { getProperties: () => never; getUrn: () => string; getPreview: () => boolean }) => {
    const response = new proto.CreateResponse();
    response.setProperties(request.getProperties());
    if (!request.getPreview()) response.setId(`${request.getUrn().split("::").at(-1)}-id`);
    return response;
  },
};

/** A provider of any package that accepts every input and makes nothing: enough for a preview, and for a first update. */
export async function startPermissiveProvider(): Promise<PermissiveProvider> {
  const server = new Server();
  const definition = service.ResourceProviderService as unknown as ServiceDefinition; // declared without a type
  // Its own class, because an empty message of another copy of the library is not taken for one.
  const Empty = (definition["cancel"] as unknown as { readonly responseType: new () => unknown }).responseType; // as above
  const handlers: UntypedServiceImplementation = {};
  const empty: Answer = () => new Empty();
  for (const [name, answer] of Object.entries<Answer>({ ...answers, attach: empty, cancel: empty })) {
    const handler: handleUnaryCall<never, unknown> = (call, done) => done(null, answer(call.request));
    handlers[name] = handler as UntypedHandleCall; // the type of a request is that of its method
  }
  server.addService(definition, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, close: () => server.forceShutdown() };
}
