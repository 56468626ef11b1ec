import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../freePort.ts";
import { findPostgresBinaries, type PostgresBinaries } from "./binaries.ts";

export interface EmbeddedPostgres {
  /** Connection string of the one database, on loopback, with its password. */
  readonly url: string;
  readonly pid: number;
  /** False when a server that was already running was found. */
  readonly started: boolean;
}

export interface EmbeddedPostgresOptions {
  /** The service's data folder; the database lies below it, or, as root in a closed folder, beside the system's state. */
  readonly dataDir: string;
  /** Trades crash safety of the whole machine for speed; for tests. */
  readonly fsync?: boolean;
  /** Where it is to listen when it has to be started, as when it died under somebody who knows its address; any free port by default. */
  readonly port?: number;
}

interface Cluster {
  readonly folder: string;
  readonly passwordFile: string;
}

const START_LIMIT_MS = 60_000;
const DATABASE = "meridian";

/**
 * Gives a real PostgreSQL that belongs to a data folder: attaches to the one that runs, else creates and starts it. The
 * server outlives its starter, so that the death of one process takes no other's database away.
 *
 * @throws Error with PostgreSQL's own last words when it does not become ready within a minute.
 */
export async function ensurePostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await findPostgresBinaries();
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  return withLock(path.join(options.dataDir, "postgres.lock"), async () => {
    const cluster = await prepareCluster(options.dataDir, binaries);
    const password = await ensurePassword(cluster.passwordFile);
    const running = await readPostmaster(cluster.folder);
    if (running !== undefined) return { ...(await ready(running, password, cluster)), started: false };
    await initialise(cluster, password, binaries);
    const port = options.port ?? (await freePort());
    const pid = await launch({ cluster, port, binaries, fsync: options.fsync ?? true });
    return { ...(await ready({ pid, port }, password, cluster)), started: true };
  });
}

/** The process of the server that runs for a data folder; undefined when none does. */
export async function findPostgres(dataDir: string): Promise<number | undefined> {
  const { folder } = await prepareCluster(dataDir, await findPostgresBinaries());
  return (await readPostmaster(folder))?.pid;
}

/** Ends the server of a data folder, waiting until it is gone; does nothing when none runs. */
export async function stopPostgres(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const { folder } = await prepareCluster(dataDir, await findPostgresBinaries());
  const running = await readPostmaster(folder);
  if (running === undefined) return;
  process.kill(running.pid, "SIGINT");
  await until(() => !alive(running.pid), `PostgreSQL (pid ${running.pid}) did not stop`);
}

/**
 * As root the server runs as another user, who must be able to enter the folder: below a closed parent (as a private
 * checkout is) it is placed in the system's state folder instead, under a name made from the data folder's.
 */
async function prepareCluster(dataDir: string, binaries: PostgresBinaries): Promise<Cluster> {
  const passwordFile = path.join(dataDir, "postgres.password");
  if (binaries.runAs === undefined) return { folder: path.join(dataDir, "postgres"), passwordFile };
  const placement = path.join(dataDir, "postgres.folder");
  const known = await readFile(placement, "utf8").catch(() => undefined);
  if (known !== undefined) return { folder: known.trim(), passwordFile };
  const parent = path.join("/var/lib", "meridian");
  await mkdir(parent, { recursive: true, mode: 0o755 });
  const folder = await mkdtemp(path.join(parent, "data-"));
  await chown(folder, binaries.runAs.uid, binaries.runAs.gid);
  await writeFile(placement, folder, { mode: 0o600, flag: "wx" });
  return { folder, passwordFile };
}

async function ensurePassword(file: string): Promise<string> {
  const known = await readFile(file, "utf8").catch(() => undefined);
  if (known !== undefined) return known.trim();
  const password = randomBytes(24).toString("base64url");
  await writeFile(file, password, { mode: 0o600, flag: "wx" });
  return password;
}

async function initialise(cluster: Cluster, password: string, binaries: PostgresBinaries): Promise<void> {
  const done = await stat(path.join(cluster.folder, "PG_VERSION")).catch(() => undefined);
  if (done !== undefined) return;
  await mkdir(cluster.folder, { recursive: true, mode: 0o700 });
  const secret = await mkdtemp(path.join(tmpdir(), "meridian-initdb-"));
  const passwordFile = path.join(secret, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (binaries.runAs !== undefined) {
    await chown(secret, binaries.runAs.uid, binaries.runAs.gid);
    await chown(passwordFile, binaries.runAs.uid, binaries.runAs.gid);
  }
  try {
    const args = ["-D", cluster.folder, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", passwordFile];
    const child = spawn(binaries.initdb, [...args, "-E", "UTF8", "--locale=C", "--no-sync"], {
      ...binaries.runAs,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
    });
    const words: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => words.push(chunk));
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`initdb failed (exit ${String(code)}): ${Buffer.concat(words).toString().trim()}`);
  } finally {
    await rm(secret, { recursive: true, force: true });
  }
}

interface Launch {
  readonly cluster: Cluster;
  readonly port: number;
  readonly binaries: PostgresBinaries;
  readonly fsync: boolean;
}

async function launch({ cluster, port, binaries, fsync }: Launch): Promise<number> {
  const log = await open(path.join(cluster.folder, "server.log"), "a", 0o600);
  if (binaries.runAs !== undefined) await log.chown(binaries.runAs.uid, binaries.runAs.gid);
  const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", max_connections: "200" };
  const flags = Object.entries({ ...settings, fsync: fsync ? "on" : "off" }).flatMap(([k, v]) => ["-c", `${k}=${v}`]);
  const child = spawn(binaries.postgres, ["-D", cluster.folder, "-p", String(port), ...flags], {
    ...binaries.runAs,
    cwd: "/",
    detached: true, // its own group: a Ctrl-C meant for the service must not stop the database under it
    stdio: ["ignore", log.fd, log.fd],
  });
  await once(child, "spawn");
  child.unref();
  await log.close();
  if (child.pid === undefined) throw new Error("PostgreSQL did not start");
  return child.pid;
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** The first line of postmaster.pid is the process, the fourth the port (PostgreSQL, "miscadmin.h"). */
async function readPostmaster(folder: string): Promise<Postmaster | undefined> {
  const text = await readFile(path.join(folder, "postmaster.pid"), "utf8").catch(() => undefined);
  const lines = text?.split("\n") ?? [];
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return Number.isInteger(pid) && pid > 0 && port > 0 && alive(pid) ? { pid, port } : undefined;
}

async function ready(server: Postmaster, password: string, cluster: Cluster): Promise<{ url: string; pid: number }> {
  const address = (database: string) => `postgres://postgres:${password}@127.0.0.1:${server.port}/${database}`;
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      await ensureDatabase(address("postgres"));
      return { url: address(DATABASE), pid: server.pid };
    } catch (cause) {
      if (!alive(server.pid) || Date.now() > deadline) {
        const log = await readFile(path.join(cluster.folder, "server.log"), "utf8").catch(() => "");
        throw new Error(`PostgreSQL did not become ready. Its last words: ${log.slice(-800)}`, { cause });
      }
      await delay(20);
    }
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined); // a server that is still starting drops connections; the caller tries again
  await client.connect();
  try {
    const found = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** One starter at a time for a data folder; a lock whose holder is dead is taken over. */
async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: "wx", mode: 0o600 });
      break;
    } catch (error) {
      const holder = Number(await readFile(file, "utf8").catch(() => "0"));
      if (holder > 0 && !alive(holder)) await rm(file, { force: true });
      if (Date.now() > deadline) throw new Error(`another process (${holder}) holds ${file}`, { cause: error });
      await delay(20);
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // the server of another user is alive too
  }
}

async function until(condition: () => boolean, complaint: string): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(complaint);
    await delay(20);
  }
}
