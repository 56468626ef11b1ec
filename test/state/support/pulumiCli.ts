import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Engine, engineEnvironment, ensureEngine } from "../../../toolchain/index.ts";

export interface CliResult {
  readonly code: number | null;
  readonly output: string;
  readonly stdout: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
}

/** A person's laptop: a home of its own, one project, the stock CLI. */
export interface Laptop {
  readonly folder: string;
  /** Writes the program: JavaScript that has `pulumi` and `Thing(name, type, properties, options)` at hand. */
  program(source: string): Promise<void>;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliResult>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): RunningCli;
  close(): Promise<void>;
}

export interface LaptopOptions {
  readonly url: string;
  readonly key: string;
  readonly providerPort?: number;
  readonly project?: string;
  /** Another CLI than the pinned one; the language host is the pinned one's. */
  readonly binary?: string;
}

const PREAMBLE = `
const pulumi = require("@pulumi/pulumi");
const Thing = (name, type, properties, options) => new pulumi.CustomResource(type, name, properties, options);
`;

let engine: Promise<Engine> | undefined;

export async function setUpLaptop(options: LaptopOptions): Promise<Laptop> {
  engine ??= ensureEngine();
  const found = await engine;
  const home = await mkdtemp(path.join(tmpdir(), "meridian-laptop-"));
  const folder = path.join(home, "project");
  await mkdir(folder);
  const project = `name: ${options.project ?? "game"}\nruntime: nodejs\nmain: index.cjs\n`;
  await writeFile(path.join(folder, "Pulumi.yaml"), project);
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ name: "game", private: true }));
  await symlink(path.resolve(import.meta.dirname, "../../../node_modules"), path.join(folder, "node_modules"));
  const env = {
    ...engineEnvironment(found, { home: path.join(home, ".pulumi") }),
    HOME: home,
    PULUMI_ACCESS_TOKEN: options.key,
    PULUMI_BACKEND_URL: options.url,
    PULUMI_JOURNALING_BATCH_PERIOD: "5",
    NO_COLOR: "1",
    ...(options.providerPort !== undefined && {
      PULUMI_DEBUG_PROVIDERS: ["aws", "test"].map((name) => `${name}:${options.providerPort}`).join(","),
    }),
  };

  const start: Laptop["start"] = (args, more = {}) => {
    const given = [...args, "--non-interactive"];
    const child = spawn(options.binary ?? found.binary, given, {
      cwd: folder,
      env: { ...env, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { child, ended: result(child) };
  };
  return {
    folder,
    start,
    program: (source) => writeFile(path.join(folder, "index.cjs"), PREAMBLE + source),
    run: (args, more) => start(args, more).ended,
    close: () => rm(home, { recursive: true, force: true }),
  };
}

async function result(child: ChildProcess): Promise<CliResult> {
  let [output, stdout] = ["", ""];
  child.stdout?.on("data", (chunk) => {
    stdout += String(chunk);
    output += String(chunk);
  });
  child.stderr?.on("data", (chunk) => (output += String(chunk)));
  const [code] = (await once(child, "close")) as [number | null]; // Node's own event
  return { code, output, stdout };
}
