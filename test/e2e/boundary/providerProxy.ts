import grpc from "@grpc/grpc-js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";

/** What the test does with a create. */
export interface ProviderGate {
  /** Before it is passed on; `lost` drops it. */
  before(urn: string): Promise<"pass" | "lost">;
  /** When it has been passed on, and the provider works on it. */
  during(urn: string): Promise<void>;
  /** When the provider has answered, before the engine is told. */
  after(urn: string): Promise<void>;
}

export interface ProviderProxy {
  readonly port: number;
  close(): void;
}

const same = (bytes: Buffer): Buffer => bytes;
type Unary = grpc.handleUnaryCall<Buffer, Buffer>;

/**
 * Stands between an engine and the sandbox's provider port, on loopback. It goes on when the engine dies: a call that it has passed
 * on runs to its end, as it does in a provider that outlives its engine.
 */
export async function startProviderProxy(target: () => Promise<string>, gate: ProviderGate): Promise<ProviderProxy> {
  const clients = new Map<string, grpc.Client>();
  // The sandbox keeps configuration by connection: each of an engine's connections has one of its own there.
  const clientFor = async (peer: string): Promise<grpc.Client> => {
    const known = clients.get(peer);
    if (known !== undefined) return known;
    const options = { "grpc.use_local_subchannel_pool": 1 };
    const made = new grpc.Client(await target(), grpc.credentials.createInsecure(), options);
    const raced = clients.get(peer) ?? made;
    if (raced !== made) made.close();
    clients.set(peer, raced);
    return raced;
  };

  const methods = Object.entries(providerServices.ResourceProviderService as unknown as grpc.ServiceDefinition) // generated without types for its methods
    .filter(([, method]) => !method.requestStream && !method.responseStream)
    .map(([name, { path }]) => [name, path] as const);

  const handle =
    (path: string): Unary =>
    (call, callback) => {
      void serve(path, call)
        .then((answer) => callback(null, answer))
        .catch((error: grpc.ServiceError) => callback(error));
    };

  async function serve(path: string, call: grpc.ServerUnaryCall<Buffer, Buffer>): Promise<Buffer> {
    const client = await clientFor(call.getPeer());
    const urn = path.endsWith("/Create") ? createdUrn(call.request) : undefined;
    if (urn !== undefined && (await gate.before(urn)) === "lost") throw unavailable;
    const answer = new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(path, same, same, call.request, call.metadata, (error, response) =>
        error !== null || response === undefined ? reject(error) : resolve(response),
      );
    });
    answer.catch(() => undefined); // told below
    if (urn !== undefined) await gate.during(urn);
    const bytes = await answer;
    if (urn !== undefined) await gate.after(urn);
    return bytes;
  }

  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const definition = methods.map(([name, path]) => [name, { path, ...wire }] as const);
  server.addService(
    Object.fromEntries(definition),
    Object.fromEntries(methods.map(([name, path]) => [name, handle(path)])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    close() {
      server.forceShutdown();
      for (const client of clients.values()) client.close();
    },
  };
}

/** Everything passes as the bytes it is. */
const wire = {
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
} as const;

const unavailable: Partial<grpc.StatusObject> & Error = Object.assign(new Error("the proxy dropped the call"), {
  code: grpc.status.UNAVAILABLE,
});

/** Undefined for the creates of a preview. */
function createdUrn(request: Buffer): string | undefined {
  const message = providerPb.CreateRequest.deserializeBinary(request);
  return message.getPreview() ? undefined : message.getUrn();
}
