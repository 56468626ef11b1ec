import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Engine, engineEnvironment } from "../../toolchain/index.ts";

export interface PulumiRun {
  readonly exitCode: number;
  readonly output: string;
}

/** A Pulumi project of a test's own, in a temporary folder, with a file backend beside it. */
export interface PulumiProject {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs `pulumi` to its end; standard output and error together. */
  readonly pulumi: (...args: string[]) => Promise<PulumiRun>;
  /** Starts `pulumi` and leaves it running. */
  readonly start: (...args: string[]) => ReturnType<typeof spawn>;
  readonly remove: () => Promise<void>;
}

/** Writes the given files (path → text) into a new folder from which our own packages can be imported. */
export async function pulumiProject(engine: Engine, files: Readonly<Record<string, string>>): Promise<PulumiProject> {
  const root = await mkdtemp(path.join(tmpdir(), "meridian-test-project-"));
  const folder = path.join(root, "project");
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  await symlink(path.resolve(import.meta.dirname, "../../node_modules"), path.join(root, "node_modules"));
  await mkdir(path.join(root, "state"));
  const env = {
    ...process.env,
    ...engineEnvironment(engine, { home: path.join(root, "home") }),
    PULUMI_BACKEND_URL: `file://${path.join(root, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for a test",
    NO_COLOR: "1",
  };
  const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 };
  return {
    folder,
    env,
    pulumi: (...args) =>
      new Promise((resolve) => {
        execFile(engine.binary, [...args, "--non-interactive"], options, (error, stdout, stderr) => {
          resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
        });
      }),
    start: (...args) =>
      spawn(engine.binary, [...args, "--non-interactive"], { ...options, stdio: ["ignore", "pipe", "pipe"] }),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
