import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import type { TestService } from "../support/service.ts";

const CHECKOUT = path.resolve(import.meta.dirname, "../..");

interface CliRun {
  readonly exitCode: number | null;
  /** Standard output and error together. */
  readonly output: string;
  readonly stdout: string;
}

interface RunningCli {
  readonly ended: Promise<CliRun>;
  /** Waits until a text has been printed; rejects when the command ends without it. */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

type Env = Readonly<Record<string, string>>;

/** A folder with a Pulumi project, and the stock CLI in it. */
export interface Project {
  readonly folder: string;
  /** Runs `pulumi` to its end. */
  pulumi(args: readonly string[], env?: Env): Promise<CliRun>;
  /** As `pulumi`, and the test fails when the command does. */
  ok(args: readonly string[], env?: Env): Promise<CliRun>;
  /** Starts `pulumi` and leaves it running. */
  start(args: readonly string[], env?: Env): RunningCli;
  /** Runs a command by `meridian sandbox --`, with the service and the key in the environment. */
  sandbox(command: readonly string[]): Promise<CliRun>;
}

/**
 * Somebody's machine: an empty home, a plain environment, and of ours nothing but what `meridian sandbox --` sets. It knows no
 * service and no key until it logs in.
 */
export interface Laptop {
  /** Makes a project of the given files (path → text), which resolves packages from this checkout. */
  project(name: string, files: Env): Promise<Project>;
  /** This repository as a project: its `Pulumi.yaml` and programs, with a folder `stacks` of its own. */
  repository(): Promise<Project>;
  /** What makes a command use another key than the one that logged in. */
  withKey(key: string): Env;
  /** What makes a command use a backend of files, with secrets under a passphrase. */
  withFiles(): Promise<Env>;
  close(): Promise<void>;
}

export async function setUpLaptop(service: TestService): Promise<Laptop> {
  const root = await mkdtemp(path.join(tmpdir(), "meridian-laptop-"));
  await symlink(path.join(CHECKOUT, "node_modules"), path.join(root, "node_modules"));
  const plain: Env = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: path.join(root, "home"),
    PULUMI_HOME: path.join(root, "home", ".pulumi"),
    XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"), // where the engine is, not a part of a person's home
    NO_COLOR: "1",
  };
  const ofSandbox: Env = {
    ...plain,
    MERIDIAN_DATA_DIR: service.dataDir,
    MERIDIAN_URL: service.url,
    MERIDIAN_KEY: service.adminKey,
  };
  await mkdir(path.join(root, "home"));
  let others = 0;
  const inSandbox = (command: readonly string[], folder: string): RunningCli =>
    run(process.execPath, [path.join(CHECKOUT, "cli", "meridian.cjs"), "sandbox", "--", ...command], {
      folder,
      env: ofSandbox,
    });
  const { stdout } = await inSandbox(["node", "-p", "JSON.stringify(process.env)"], root).ended;
  const { PULUMI_BACKEND_URL: _, PULUMI_ACCESS_TOKEN: __, ...attached } = JSON.parse(stdout) as Env; // an environment is texts

  function projectIn(folder: string): Project {
    const start: Project["start"] = (args, env = {}) =>
      run("pulumi", [...args, "--non-interactive"], { folder, env: { ...attached, ...env } });
    const pulumi: Project["pulumi"] = (args, env) => start(args, env).ended;
    return {
      folder,
      start,
      pulumi,
      async ok(args, env) {
        const ended = await pulumi(args, env);
        expect(ended.exitCode, `pulumi ${args.join(" ")}: ${ended.output}`).toBe(0);
        return ended;
      },
      sandbox: (command) => inSandbox(command, folder).ended,
    };
  }

  return {
    async project(name, files) {
      const folder = path.join(root, name);
      await mkdir(folder);
      for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
      return projectIn(folder);
    },
    async repository() {
      const folder = path.join(root, "repository");
      await mkdir(path.join(folder, "stacks"), { recursive: true });
      for (const name of ["Pulumi.yaml", "package.json", "programs", "policies"])
        await symlink(path.join(CHECKOUT, name), path.join(folder, name));
      return projectIn(folder);
    },
    // A key in the environment is written down where the CLI keeps its credentials, in place of the one that logged in.
    withKey: (key) => ({
      PULUMI_BACKEND_URL: service.url,
      PULUMI_ACCESS_TOKEN: key,
      PULUMI_HOME: path.join(root, `home-${others++}`),
    }),
    async withFiles() {
      const folder = path.join(root, "files");
      await mkdir(folder, { recursive: true });
      return { PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "a passphrase for a test" };
    },
    close: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

interface Where {
  readonly folder: string;
  readonly env: Env;
}

function run(command: string, args: readonly string[], { folder, env }: Where): RunningCli {
  const child: ChildProcess = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let stdout = "";
  child.stdout?.on("data", (data: Buffer) => {
    output += data;
    stdout += data;
  });
  child.stderr?.on("data", (data: Buffer) => {
    output += data;
  });
  const ended = once(child, "close").then(([exitCode]): CliRun => ({ exitCode, output, stdout }));
  return {
    ended,
    async printed(text) {
      while (!output.includes(text)) {
        const more = child.stdout && once(child.stdout, "data");
        const news = await Promise.race([more, ended.then(() => undefined)]);
        if (news === undefined && !output.includes(text)) throw new Error(`ended without "${text}": ${output}`);
      }
    },
    kill: (signal) => child.kill(signal),
  };
}
