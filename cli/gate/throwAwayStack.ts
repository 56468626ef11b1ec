import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CliError } from "../cliError.ts";
import { projectFiles } from "./judgedFile.ts";
import type { ProgramToPreview } from "./previewProgram.ts";

/** A stack of nothing, on a backend of its own, for a program that has none. */
export interface ThrowAwayStack {
  /** Arguments of `pulumi preview`. */
  readonly args: readonly string[];
  readonly env: (of: NodeJS.ProcessEnv) => Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

const STACK = "gate";

/** Whether the user, or the project, says on which backend the program's stacks are. */
export async function findBackend(folder: string, env: NodeJS.ProcessEnv, home: string): Promise<boolean> {
  if (env["PULUMI_BACKEND_URL"] || env["PULUMI_ACCESS_TOKEN"]) return true;
  if ((await readProject(folder)).backend !== undefined) return true;
  const place = env["PULUMI_CREDENTIALS_PATH"] || home;
  const credentials = await readFile(path.join(place, "credentials.json"), "utf8").catch(() => "{}");
  return /"current"\s*:\s*"[^"]/.test(credentials);
}

/** Written as the engine keeps it on disk, which spares a `pulumi stack init`. The user's own files stay as they are. */
export async function throwAwayStack(
  { folder, configFile }: Pick<ProgramToPreview, "folder" | "configFile">,
  env: NodeJS.ProcessEnv,
): Promise<ThrowAwayStack> {
  const { name } = await readProject(folder);
  const root = await mkdtemp(path.join(env["TMPDIR"] || tmpdir(), "meridian-gate-")); // mode 0700
  const stacks = path.join(root, ".pulumi", "stacks", name);
  await mkdir(stacks, { recursive: true });
  const config = path.join(root, `Pulumi.${STACK}.yaml`);
  const latest = { manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" } };
  const checkpoint = { stack: `organization/${name}/${STACK}`, latest };
  await Promise.all([
    writeFile(path.join(root, ".pulumi", "meta.yaml"), "version: 1\n"),
    writeFile(path.join(stacks, `${STACK}.json`), JSON.stringify({ version: 3, checkpoint })),
    configFile === undefined ? writeFile(config, "{}\n") : copyFile(configFile, config),
  ]).catch(async (cause: Error) => {
    await rm(root, { recursive: true, force: true });
    throw new CliError("source", `The configuration ${configFile} cannot be read: ${cause.message}`, { cause });
  });
  return {
    args: ["--stack", STACK, "--config-file", config],
    env: ({ PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE }) => ({
      PULUMI_BACKEND_URL: `file://${root}`,
      ...(PULUMI_CONFIG_PASSPHRASE === undefined &&
        PULUMI_CONFIG_PASSPHRASE_FILE === undefined && { PULUMI_CONFIG_PASSPHRASE: "" }),
    }),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** @throws CliError `source` where the folder is no project */
async function readProject(folder: string): Promise<{ readonly name: string; readonly backend: unknown }> {
  const { parse } = await import("yaml");
  for (const file of projectFiles) {
    const content = await readFile(path.join(folder, file), "utf8").catch(() => undefined);
    if (content === undefined) continue;
    const project: unknown = await Promise.resolve(content)
      .then(parse)
      .catch(() => undefined);
    const name = typeof project === "object" && project !== null ? Reflect.get(project, "name") : undefined;
    if (typeof name !== "string" || !/^[\w.-]{1,100}$/.test(name))
      throw new CliError("source", `${path.join(folder, file)} names no project.`);
    const backend: unknown = Reflect.get(project as object, "backend"); // it has a name, so it is an object
    return { name, backend: typeof backend === "object" && backend !== null ? Reflect.get(backend, "url") : undefined };
  }
  throw new CliError("source", `${folder} has no Pulumi.yaml. Give the program's folder with -C, or a file to judge.`);
}
