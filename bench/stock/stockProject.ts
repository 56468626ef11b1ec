import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { MeasuredInputs } from "../program/measuredInputs.ts";
import { REGION } from "../service/restClient.ts";
import { type EngineWorld, engineWorldEnvironment, ownBackendEnvironment } from "./engineWorld.ts";

/** A person's laptop with a plain `pulumi`: one project with the measured program. */
export interface StockProject {
  /** `pulumi stack init` and `up --yes`. */
  create(stack: string, inputs: MeasuredInputs): Promise<void>;
  change(stack: string, inputs: MeasuredInputs): Promise<void>;
  /** `pulumi stack init`, which also chooses the stack. */
  init(stack: string, inputs: MeasuredInputs): Promise<void>;
  /** `pulumi preview`, without a pack. */
  preview(stack: string): Promise<void>;
  /** `meridian gate` of the stack that was chosen, without a service; what it refuses is an error. */
  gate(stack: string): Promise<void>;
  /** `pulumi destroy --yes` and `stack rm`. */
  destroy(stack: string): Promise<void>;
  close(): Promise<void>;
}

export interface StockBackend {
  /** Undefined: a `file://` backend with a passphrase. */
  readonly service?: { readonly url: string; readonly key: string };
  /** A folder to give as `--policy-pack`. The service needs none: it judges each step itself. */
  readonly policyPack?: string;
}

const PROJECT = "stock";
const MERIDIAN = fileURLToPath(new URL("../../cli/meridian.cjs", import.meta.url));
const SAID_CHARACTERS = 2_000;

export async function setUpStockProject(world: EngineWorld, backend: StockBackend): Promise<StockProject> {
  const home = await mkdtemp(path.join(world.folder, "stock-"));
  const folder = path.join(home, "project");
  await mkdir(folder);
  const program = JSON.stringify(fileURLToPath(new URL("../program/main.ts", import.meta.url)));
  const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
  await Promise.all([
    writeFile(
      path.join(folder, "Pulumi.yaml"),
      JSON.stringify({ name: PROJECT, runtime: { name: "nodejs", options: { typescript: false } }, main: "index.mjs" }),
    ),
    writeFile(path.join(folder, "package.json"), JSON.stringify({ name: PROJECT, private: true, type: "module" })),
    writeFile(path.join(folder, "index.mjs"), `export { default } from ${program};\n`),
    symlink(modules, path.join(folder, "node_modules")),
  ]);
  const { service } = backend;
  const env =
    service === undefined
      ? await ownBackendEnvironment(world, home)
      : {
          ...engineWorldEnvironment(world, home),
          PULUMI_BACKEND_URL: service.url,
          PULUMI_ACCESS_TOKEN: service.key,
        };
  const pack = backend.policyPack === undefined ? [] : ["--policy-pack", backend.policyPack];

  const run = (...args: readonly string[]): Promise<void> =>
    start(world.engine.binary, [...args, "--non-interactive", "--color", "never"]);

  const start = async (binary: string, args: readonly string[]): Promise<void> => {
    const child = spawn(binary, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        said = (said + text).slice(-SAID_CHARACTERS);
      });
    }
    const [code] = await once(child, "close");
    if (code === 0) return;
    throw new Error(`${path.basename(binary)} ${args.join(" ")} ended with ${String(code)}: ${said.trim()}`);
  };

  /** What a person has in a file is written as a file: no command is timed that nobody would run. */
  const configure = async (stack: string, inputs: MeasuredInputs): Promise<void> => {
    const file = path.join(folder, `Pulumi.${stack}.yaml`);
    const present = await readFile(file, "utf8").catch(() => "");
    const salt = present.split("\n").filter((line) => line.startsWith("encryptionsalt:"));
    const config = {
      "aws:region": REGION,
      "meridian:inputs": JSON.stringify(inputs),
      "meridian:environment": "production",
      "meridian:stackSet": stack,
    };
    await writeFile(file, [...salt, `config: ${JSON.stringify(config)}`, ""].join("\n"));
  };

  const init: StockProject["init"] = async (stack, inputs) => {
    await run("stack", "init", stack);
    await configure(stack, inputs);
  };

  return {
    init,
    preview: (stack) => run("preview", "--stack", stack),
    gate: (stack) => start(process.execPath, [MERIDIAN, "gate", "--stack-set", stack]),
    async create(stack, inputs) {
      await init(stack, inputs);
      await run("up", "--yes", "--stack", stack, ...pack);
    },
    async change(stack, inputs) {
      await configure(stack, inputs);
      await run("up", "--yes", "--stack", stack, ...pack);
    },
    async destroy(stack) {
      await run("destroy", "--yes", "--stack", stack);
      await run("stack", "rm", "--yes", "--stack", stack);
    },
    close: () => rm(home, { recursive: true, force: true, maxRetries: 5 }),
  };
}
