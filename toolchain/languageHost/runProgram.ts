import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import type { ChildProcesses } from "./childProcesses.ts";
import { resolveModule } from "./resolveModule.ts";

export interface RunResult {
  /** The program has told the engine itself what went wrong: nothing more is to be printed. */
  readonly bail: boolean;
  readonly error?: string;
}

/** How `@pulumi/pulumi/cmd/run` says that it has reported its failure already. */
const EXIT_REPORTED = 32;

/** Runs a Pulumi program to its end, on the Node that runs this language host. */
export async function runProgram(
  request: RunRequest,
  host: { readonly engineAddress: string; readonly children: ChildProcesses },
): Promise<RunResult> {
  const info = programInfoOf(request);
  const runner = resolveModule("@pulumi/pulumi/cmd/run", info.getProgramDirectory());
  const args = [...nodeArguments(info), runner, ...runArguments(request, host.engineAddress), entryPoint(info)];
  const { ended } = host.children.start(process.execPath, [...args, ...request.getArgsList()], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...configEnvironment(request), ...typeScriptEnvironment(info) },
  });
  const { exitCode, stopped } = await ended;
  if (exitCode === 0) return { bail: false };
  if (stopped || exitCode === EXIT_REPORTED) return { bail: true };
  return { bail: false, error: `Program exited with non-zero exit code: ${exitCode}` };
}

function programInfoOf(request: RunRequest): ProgramInfo {
  const info = request.getInfo();
  if (info === undefined) throw new Error("the engine named no program to run");
  return info;
}

function runArguments(request: RunRequest, engineAddress: string): readonly string[] {
  const values = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    "root-directory": request.getInfo()?.getRootDirectory() ?? "",
    parallel: String(request.getParallel()),
  };
  const named = Object.entries(values).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value]));
  return request.getDryrun() ? [...named, "--dry-run"] : named;
}

/**
 * The runner finds the entry of "." in package.json or as index.js. An `index.ts` alone it finds only in ECMAScript
 * packages, because Node resolves a folder to JavaScript only.
 */
function entryPoint(info: ProgramInfo): string {
  const folder = info.getProgramDirectory();
  if (info.getEntryPoint() !== ".") return path.join(folder, info.getEntryPoint());
  const isTypeScript = existsSync(path.join(folder, "index.ts")) && !existsSync(path.join(folder, "index.js"));
  return isTypeScript && !namesAnEntry(folder) ? path.join(folder, "index.ts") : ".";
}

function namesAnEntry(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return typeof manifest === "object" && manifest !== null && ("main" in manifest || "exports" in manifest);
  } catch {
    return false;
  }
}

function configEnvironment(request: RunRequest): Record<string, string> {
  const config = Object.fromEntries(request.getConfigMap().getEntryList());
  return {
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

/** Node erases the types itself; the SDK's compiler, which also checks them and takes seconds, runs only where a project asks for it. */
function typeScriptEnvironment(info: ProgramInfo): Record<string, string> {
  return options(info)["typescript"] === true ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {};
}

function nodeArguments(info: ProgramInfo): readonly string[] {
  const value = options(info)["nodeargs"];
  return typeof value === "string" ? value.split(/\s+/).filter((argument) => argument !== "") : [];
}

function options(info: ProgramInfo): Record<string, unknown> {
  return info.getOptions()?.toJavaScript() ?? {};
}
