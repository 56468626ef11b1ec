import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";

// The SDK's generated protocol has no types of its own, and is CommonJS.
const load = createRequire(import.meta.url);
const services = load("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = load("@pulumi/pulumi/proto/provider_pb");
const plugins = load("@pulumi/pulumi/proto/plugin_pb");
// The SDK has a copy of its own, and takes messages of that copy only.
const loadAsSdk = createRequire(load.resolve("@pulumi/pulumi"));
const { Empty } = loadAsSdk("google-protobuf/google/protobuf/empty_pb");
const { Struct } = loadAsSdk("google-protobuf/google/protobuf/struct_pb");

export interface ProviderCall {
  readonly method: "create" | "update" | "delete" | "read";
  readonly urn: string;
}

/** A provider that takes any resource of any package, and remembers what it was asked to do. */
export interface TestProvider {
  readonly port: number;
  readonly calls: ProviderCall[];
  /** Creates of resources whose name has this in it wait until they are let go. */
  hold(name: string): void;
  release(): void;
  stop(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the messages of the protocol have no types in the SDK
type Call = any;
type Reply = (error: null, answer: unknown) => void;

export async function startTestProvider(): Promise<TestProvider> {
  const calls: ProviderCall[] = [];
  const waiting: (() => void)[] = [];
  let held: string | undefined;
  const remember = (method: ProviderCall["method"], call: Call) => calls.push({ method, urn: call.request.getUrn() });
  const answer = <T>(message: T, fill: (message: T) => void): T => {
    fill(message);
    return message;
  };
  let made = 0;

  const server = new grpc.Server();
  server.addService(services.ResourceProviderService, {
    handshake: (_: Call, reply: Reply) =>
      reply(
        null,
        answer(new messages.ProviderHandshakeResponse(), (message: Call) => {
          message.setAcceptSecrets(true);
          message.setAcceptResources(true);
        }),
      ),
    getPluginInfo: (_: Call, reply: Reply) =>
      reply(
        null,
        answer(new plugins.PluginInfo(), (message: Call) => message.setVersion("7.48.0")),
      ),
    checkConfig: (call: Call, reply: Reply) => reply(null, checked(call)),
    diffConfig: (_: Call, reply: Reply) => reply(null, new messages.DiffResponse()),
    configure: (_: Call, reply: Reply) =>
      reply(
        null,
        answer(new messages.ConfigureResponse(), (message: Call) => {
          message.setAcceptsecrets(true);
          message.setSupportspreview(true);
          message.setAcceptresources(true);
          message.setAcceptoutputs(true);
        }),
      ),
    check: (call: Call, reply: Reply) => reply(null, checked(call)),
    diff: (call: Call, reply: Reply) =>
      reply(
        null,
        answer(new messages.DiffResponse(), (message: Call) => difference(call, message)),
      ),
    create: async (call: Call, reply: Reply) => {
      const preview = call.request.getPreview();
      if (!preview) remember("create", call);
      if (!preview && held !== undefined && call.request.getUrn().includes(held))
        await new Promise<void>((go) => waiting.push(go));
      const response = new messages.CreateResponse();
      made += 1;
      response.setId(preview ? "" : `thing-${made}`);
      response.setProperties(call.request.getProperties());
      reply(null, response);
    },
    update: (call: Call, reply: Reply) => {
      if (!call.request.getPreview()) remember("update", call);
      reply(
        null,
        answer(new messages.UpdateResponse(), (message: Call) => message.setProperties(call.request.getNews())),
      );
    },
    read: (call: Call, reply: Reply) => {
      remember("read", call);
      reply(
        null,
        answer(new messages.ReadResponse(), (message: Call) => {
          message.setId(call.request.getId());
          message.setProperties(call.request.getProperties() ?? Struct.fromJavaScript({}));
          message.setInputs(call.request.getInputs() ?? call.request.getProperties() ?? Struct.fromJavaScript({}));
        }),
      );
    },
    delete: (call: Call, reply: Reply) => {
      remember("delete", call);
      reply(null, new Empty());
    },
    getSchema: (_: Call, reply: Reply) =>
      reply(
        null,
        answer(new messages.GetSchemaResponse(), (message: Call) => message.setSchema("{}")),
      ),
    cancel: (_: Call, reply: Reply) => reply(null, new Empty()),
    attach: (_: Call, reply: Reply) => reply(null, new Empty()),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const release = (): void => {
    held = undefined;
    for (const go of waiting.splice(0)) go();
  };
  return {
    port,
    calls,
    hold: (name) => {
      held = name;
    },
    release,
    stop: () => {
      release();
      server.forceShutdown();
    },
  };
}

function checked(call: Call): unknown {
  const response = new messages.CheckResponse();
  response.setInputs(call.request.getNews());
  return response;
}

/** A change of `fixed` replaces; any other is made in place. */
function difference(call: Call, response: Call): void {
  const before = call.request.getOldInputs()?.toJavaScript() ?? {};
  const after = call.request.getNews()?.toJavaScript() ?? {};
  response.setChanges(JSON.stringify(before) === JSON.stringify(after) ? 1 : 2);
  if (JSON.stringify(before.fixed) !== JSON.stringify(after.fixed)) response.setReplacesList(["fixed"]);
}
