import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type AttachedSandbox, attachOrStart } from "../../sandbox/index.ts";
import { freePort } from "../../toolchain/index.ts";
import { testDatabase } from "../support/database.ts";
import { endProcess, startTestService, type TestService } from "../support/service.ts";

/** A service whose host can be lost, beside a cloud that lives elsewhere. */
export interface BurningService {
  readonly cloud: AttachedSandbox;
  /** Changes what the cloud has, by its tables, while it stands still; the service is to be started again afterwards. */
  changeCloud(change: (databaseUrl: string) => Promise<void>): Promise<void>;
  service(): TestService;
  /** Runs `meridian` where the service runs, to its end. */
  meridian(...args: string[]): Promise<{ exitCode: number | null; output: string }>;
  /** kill -9, and the database and the data folder are gone; only the master key and the way to the cloud are known elsewhere. */
  burn(): Promise<void>;
  /** Starts a service on the new host's database and data folder, at the old address. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const MAIN = path.join(import.meta.dirname, "supportMeasuredService.ts");
const CLI = path.resolve(import.meta.dirname, "../../cli/meridian.cjs");

export async function startBurningService(): Promise<BurningService> {
  const kept = await mkdtemp(path.join(tmpdir(), "meridian-kept-"));
  const cloudFolder = path.join(kept, "cloud");
  const cloudDatabase = await testDatabase();
  const attach = () => attachOrStart({ dataDir: cloudFolder, databaseUrl: cloudDatabase.url });
  let cloud = await attach();
  const port = await freePort();
  let host = await newHost();
  let running: TestService | undefined;

  async function newHost() {
    const dataDir = await mkdtemp(path.join(tmpdir(), "meridian-host-"));
    await mkdir(path.join(dataDir, "sandbox"), { mode: 0o700 });
    await tellWhereTheCloudIs(dataDir);
    return { dataDir, database: await testDatabase() };
  }

  async function tellWhereTheCloudIs(dataDir: string): Promise<void> {
    await copyFile(path.join(cloudFolder, "sandbox", "run.json"), path.join(dataDir, "sandbox", "run.json"));
  }

  const service = () => {
    if (running === undefined) throw new Error("no service was started");
    return running;
  };
  const start = async () => {
    const place = { dataDir: host.dataDir, databaseUrl: host.database.url, port };
    running = await startTestService({ main: MAIN, place });
  };

  return {
    get cloud() {
      return cloud;
    },
    async changeCloud(change) {
      await running?.kill("SIGTERM");
      await endProcess(cloud.pid);
      await change(cloudDatabase.url);
      cloud = await attach();
      await tellWhereTheCloudIs(host.dataDir);
    },
    service,
    start,
    async meridian(...args) {
      const { PATH, HOME, TMPDIR } = process.env;
      const settings = { DATABASE_URL: host.database.url, MERIDIAN_DATA_DIR: host.dataDir };
      const client = { MERIDIAN_URL: service().url, MERIDIAN_KEY: service().adminKey };
      const env = { PATH, HOME, TMPDIR, ...settings, ...client };
      const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
      const [exitCode] = (await once(child, "close")) as [number | null];
      return { exitCode, output };
    },
    async burn() {
      const masterKey = await readFile(path.join(host.dataDir, "master.key"));
      await service().kill("SIGKILL");
      await host.database.drop();
      await rm(host.dataDir, { recursive: true, force: true, maxRetries: 5 });
      host = await newHost();
      await writeFile(path.join(host.dataDir, "master.key"), masterKey, { mode: 0o600 });
    },
    async close() {
      await running?.close();
      await endProcess(cloud.pid);
      await host.database.drop();
      await cloudDatabase.drop();
      for (const folder of [host.dataDir, kept]) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
