import path from "node:path";
import type { RunPluginRequest } from "@pulumi/pulumi/proto/language_pb.js";
import type { ChildProcesses, StartedChild } from "./childProcesses.ts";
import { resolveModule } from "./resolveModule.ts";

/**
 * Starts a plugin written in JavaScript: a policy pack (kind "analyzer"), or a provider. The engine reads the port it
 * listens on from the first line of its standard output.
 */
export function startPlugin(request: RunPluginRequest, children: ChildProcesses): StartedChild {
  const folder = path.resolve(request.getInfo()?.getProgramDirectory() ?? request.getProgram());
  const isPack = request.getKind() === "analyzer";
  const runner = resolveModule(isPack ? "@pulumi/pulumi/cmd/run-policy-pack" : "@pulumi/pulumi/cmd/run-plugin", folder);
  return children.start(process.execPath, [runner, ...request.getArgsList(), folder], {
    // A pack's tsconfig.json and relative paths are its own, not those of the program it judges.
    cwd: isPack ? folder : request.getPwd(),
    stdio: ["ignore", "pipe", "pipe"],
    env: environmentOf(request.getEnvList()),
  });
}

/** The engine sends its whole environment, as `NAME=value`; of a name given twice the last counts, as for the system. */
function environmentOf(entries: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const at = entry.indexOf("=");
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
    }),
  );
}
