import { fstatSync } from "node:fs";
import { promisify } from "node:util";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import version from "@pulumi/pulumi/version.js";
import { childProcesses } from "./childProcesses.ts";
import { languageService } from "./languageService.ts";

/**
 * The `pulumi-language-nodejs` that stands in where the official one is absent. The engine starts it with its own address as
 * last argument, reads a port from the first line of its standard output, and closes its standard input when it goes.
 */
const children = childProcesses();
// Without a limit, as the engine itself: a stack's configuration or a pack's output may be large.
const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(
  services.LanguageRuntimeService,
  languageService({ version: version.version, engineAddress: process.argv.at(-1) ?? "", children }),
);

let leaving = false;
function leave(): void {
  if (leaving) return;
  leaving = true;
  void children.stopAll().finally(() => process.exit(0));
}

process.on("SIGINT", leave);
process.on("SIGTERM", leave);
process.on("SIGHUP", leave);
// An engine that was killed says nothing, but the system closes its end of the pipe.
if (fstatSync(0).isFIFO()) process.stdin.on("end", leave).on("error", leave).resume();

const bind = promisify(server.bindAsync.bind(server));
console.log(await bind("127.0.0.1:0", ServerCredentials.createInsecure()));
