import type { Readable } from "node:stream";
import { status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import type { ChildProcesses, StartedChild } from "./childProcesses.ts";
import { startInstall } from "./installDependencies.ts";
import { programDependencies } from "./programDependencies.ts";
import { startPlugin } from "./runPlugin.ts";
import { runProgram } from "./runProgram.ts";

export interface LanguageServiceOptions {
  /** Of the SDK, which is what the engine calls the version of its language host. */
  readonly version: string;
  readonly engineAddress: string;
  readonly children: ChildProcesses;
}

/**
 * What the engine asks of a language: run programs and plugins, install their packages. Calls that are not here (code
 * generation, packing, linking) are answered "unimplemented" by the server, which the engine understands.
 */
export function languageService(options: LanguageServiceOptions): UntypedServiceImplementation {
  let { engineAddress } = options;
  const { children } = options;
  return {
    handshake(call, reply) {
      engineAddress = call.request.getEngineAddress() || engineAddress;
      reply(null, new messages.LanguageHandshakeResponse());
    },
    getPluginInfo(_call, reply) {
      reply(null, new plugins.PluginInfo().setVersion(options.version));
    },
    // Which plugins a program needs is never guessed: providers are attached or installed ahead of an operation.
    getRequiredPlugins(_call, reply) {
      reply(null, new messages.GetRequiredPluginsResponse());
    },
    getRequiredPackages(_call, reply) {
      reply(null, new messages.GetRequiredPackagesResponse());
    },
    run(call, reply) {
      runProgram(call.request, { engineAddress, children }).then(
        ({ bail, error }) => reply(null, new messages.RunResponse().setBail(bail).setError(error ?? "")),
        (error: unknown) => reply(failure(error)),
      );
    },
    runPlugin(call) {
      const respond = () => new messages.RunPluginResponse();
      const child = startPlugin(call.request, children);
      call.on("cancelled", child.stop);
      stream(child, call, { stdout: (data) => respond().setStdout(data), stderr: (data) => respond().setStderr(data) });
      child.ended.then(
        ({ exitCode }) => call.end(respond().setExitcode(exitCode)),
        (error: unknown) => call.destroy(failure(error)),
      );
    },
    installDependencies(call) {
      const respond = () => new messages.InstallDependenciesResponse();
      const child = startInstall(call.request, children);
      call.on("cancelled", child.stop);
      stream(child, call, { stdout: (data) => respond().setStdout(data), stderr: (data) => respond().setStderr(data) });
      child.ended.then(
        ({ exitCode }) => (exitCode === 0 ? call.end() : call.destroy(failure(`npm ended with ${exitCode}`))),
        (error: unknown) => call.destroy(failure(error)),
      );
    },
    runtimeOptionsPrompts(_call, reply) {
      reply(null, new messages.RuntimeOptionsResponse());
    },
    about(_call, reply) {
      reply(null, new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version));
    },
    getProgramDependencies(call, reply) {
      const folder = call.request.getInfo()?.getProgramDirectory() ?? call.request.getPwd();
      programDependencies(folder, call.request.getTransitivedependencies()).then(
        (found) => {
          const list = found.map(({ name, version }) =>
            new messages.DependencyInfo().setName(name).setVersion(version),
          );
          reply(null, new messages.GetProgramDependenciesResponse().setDependenciesList(list));
        },
        (error: unknown) => reply(failure(error)),
      );
    },
    cancel(call, reply) {
      // The engine gives up the whole operation: a program that kept running would register resources nobody makes.
      children.stopAll().then(
        // The request is the empty message, of the very protobuf library that serialises the answer.
        () => reply(null, call.request),
        (error: unknown) => reply(failure(error)),
      );
    },
  } satisfies Partial<ILanguageRuntimeServer>;
}

/** Passes a child's output on as it comes. The engine reads without pause, so nothing is held back here. */
function stream<T>(
  child: StartedChild,
  call: { write(message: T): unknown },
  wrap: { stdout: (data: Uint8Array) => T; stderr: (data: Uint8Array) => T },
): void {
  const pass = (source: Readable | null, toMessage: (data: Uint8Array) => T) =>
    source?.on("data", (data: Uint8Array) => call.write(toMessage(data)));
  pass(child.process.stdout, wrap.stdout);
  pass(child.process.stderr, wrap.stderr);
}

function failure(reason: unknown): Error & { code: status } {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  return Object.assign(new Error(error.message), { code: status.INTERNAL, details: error.message });
}
