import { type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

const always =
  (answer: object): handleUnaryCall<unknown, object> =>
  (_call, reply) =>
    reply(null, answer);

/**
 * Process entry of an analyzer that has nothing to say: what is left of a preview's cost with it is the engine's own, and no
 * pack can be cheaper. It tells its parent the port, and ends with it.
 */
const service = {
  handshake: always(new messages.AnalyzerHandshakeResponse()),
  getPluginInfo: always(new plugins.PluginInfo().setVersion("1.0.0")),
  getAnalyzerInfo: always(new messages.AnalyzerInfo().setName("silent").setVersion("1.0.0")),
  configure: always(new empty.Empty()),
  configureStack: always(new messages.AnalyzerStackConfigureResponse()),
  analyze: always(new messages.AnalyzeResponse()),
  analyzeStack: always(new messages.AnalyzeResponse()),
  remediate: always(new messages.RemediateResponse()),
  cancel: always(new empty.Empty()),
};

const server = new Server({ "grpc.max_receive_message_length": -1 });
server.addService(grpc.AnalyzerService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.send?.({ type: "listening", port });
});
process.on("SIGINT", () => undefined); // Ctrl-C is for the benchmark to pass on
process.once("disconnect", () => process.exit());
