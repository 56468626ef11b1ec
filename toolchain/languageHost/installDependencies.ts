import { existsSync } from "node:fs";
import path from "node:path";
import type { InstallDependenciesRequest } from "@pulumi/pulumi/proto/language_pb.js";
import type { ChildProcesses, StartedChild } from "./childProcesses.ts";

/** Starts npm in a program's or plugin's folder: exactly what its lock file says where there is one. */
export function startInstall(request: InstallDependenciesRequest, children: ChildProcesses): StartedChild {
  const folder = path.resolve(request.getInfo()?.getProgramDirectory() ?? request.getDirectory());
  const command = existsSync(path.join(folder, "package-lock.json")) ? "ci" : "install";
  const omit = request.getIsPlugin() ? ["--omit=dev"] : [];
  return children.start("npm", [command, ...omit], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    // npm and the install scripts start the first `node` on PATH, which may be too old for what they install.
    env: { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}` },
  });
}
