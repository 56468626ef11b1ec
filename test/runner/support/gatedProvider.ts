import { createRequire } from "node:module";
import grpc from "@grpc/grpc-js";
import pluginProtocol from "@pulumi/pulumi/proto/plugin_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";

// The SDK accepts messages of its own copy of google-protobuf alone.
const requireAsSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
const empty = requireAsSdk("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => unknown };

/** A provider for any type, whose creates a test can hold. */
export interface GatedProvider {
  readonly port: number;
  /** Names created so far, in order. */
  readonly created: readonly string[];
  /** How many creates wait at the gate now. */
  readonly waiting: number;
  /** How often an engine has passed on that it was interrupted. */
  readonly interrupts: number;
  /** Holds every create that comes from now on, until `release`. */
  hold(): void;
  release(): void;
  stop(): void;
}

type Respond<Message> = (error: null, message: Message) => void;
interface Call<Message> {
  readonly request: Message;
}

export async function startGatedProvider(): Promise<GatedProvider> {
  const created: string[] = [];
  let gate: PromiseWithResolvers<void> | undefined;
  let waiting = 0;
  let interrupts = 0;

  const implementation = {
    handshake(_call: unknown, respond: Respond<unknown>) {
      const response = new provider.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      respond(null, response);
    },
    getPluginInfo(_call: unknown, respond: Respond<unknown>) {
      const response = new pluginProtocol.PluginInfo();
      response.setVersion("1.0.0");
      respond(null, response);
    },
    attach: (_call: unknown, respond: Respond<unknown>) => respond(null, new empty.Empty()),
    checkConfig: checked,
    diffConfig: (_call: unknown, respond: Respond<unknown>) => respond(null, new provider.DiffResponse()),
    configure(_call: unknown, respond: Respond<unknown>) {
      const response = new provider.ConfigureResponse();
      response.setSupportspreview(true);
      respond(null, response);
    },
    check: checked,
    diff(_call: unknown, respond: Respond<unknown>) {
      const response = new provider.DiffResponse();
      response.setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE);
      respond(null, response);
    },
    async create(call: Call<InstanceType<typeof provider.CreateRequest>>, respond: Respond<unknown>) {
      const response = new provider.CreateResponse();
      response.setId("made");
      response.setProperties(call.request.getProperties());
      if (!call.request.getPreview()) {
        waiting += 1;
        await gate?.promise;
        waiting -= 1;
        created.push(call.request.getUrn().split("::").at(-1) ?? "");
      }
      respond(null, response);
    },
    read(call: Call<InstanceType<typeof provider.ReadRequest>>, respond: Respond<unknown>) {
      const response = new provider.ReadResponse();
      response.setId(call.request.getId());
      response.setProperties(call.request.getProperties());
      response.setInputs(call.request.getInputs());
      respond(null, response);
    },
    delete: (_call: unknown, respond: Respond<unknown>) => respond(null, new empty.Empty()),
    cancel(_call: unknown, respond: Respond<unknown>) {
      interrupts += 1;
      respond(null, new empty.Empty());
    },
  };
  const server = new grpc.Server();
  server.addService(
    providerServices.ResourceProviderService as unknown as grpc.ServiceDefinition, // generated without types for its methods
    implementation as unknown as grpc.UntypedServiceImplementation, // checked by the engine that calls it
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    created,
    get waiting() {
      return waiting;
    },
    get interrupts() {
      return interrupts;
    },
    hold() {
      gate = Promise.withResolvers();
    },
    release: () => gate?.resolve(),
    stop: () => server.forceShutdown(),
  };
}

function checked(call: Call<InstanceType<typeof provider.CheckRequest>>, respond: Respond<unknown>): void {
  const response = new provider.CheckResponse();
  response.setInputs(call.request.getNews());
  respond(null, response);
}
