import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { agrees, installFiles, lockFaults, type PackageLock, packageLock } from "../programs/artefacts/packageLock.ts";
import { pick } from "./engineEnvironment.ts";

export interface Modules {
  /** A `node_modules`. */
  readonly folder: string;
  readonly whose: "shared" | "own";
}

export interface InstalledModules {
  /**
   * Where the packages of a lock are: those of this checkout if they are the same to the byte, else installed from the lock, once for all
   * artefacts that have it.
   *
   * @throws Error that says what to do, when a version cannot be had. Nothing else is ever taken instead.
   */
  folderFor(lock: string): Promise<Modules>;
}

interface InstalledModulesDeps {
  /** The `node_modules` of this checkout. */
  readonly shared: string;
  /** Absolute; the host's alone. */
  readonly root: string;
  /** Of the host itself: npm is told by it where the registry is. Programs never see it. */
  readonly env: NodeJS.ProcessEnv;
}

const run = promisify(execFile);
const INSTALL_MS = 10 * 60_000;
const SAID_CHARACTERS = 600;

/** What npm may see of the host's environment. */
const kept = [
  "PATH",
  "LANG",
  "TMPDIR",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "NPM_CONFIG_REGISTRY",
  "NPM_CONFIG_USERCONFIG",
  "NPM_CONFIG_CACHE",
];

export function createInstalledModules({ shared, root, env }: InstalledModulesDeps): InstalledModules {
  const installing = new Map<string, Promise<string>>();

  async function install(given: PackageLock, folder: string): Promise<string> {
    const modules = path.join(folder, "node_modules");
    if (await exists(modules)) return modules;
    const [fault] = lockFaults(given); // the service of another release may have taken what this host does not
    if (fault !== undefined) throw new Error(`The artefact's lock cannot be installed: ${fault}. Publish it again.`);
    const { manifest, lock } = installFiles(given);
    await mkdir(root, { recursive: true, mode: 0o700 });
    const unfinished = await mkdtemp(path.join(root, `.installing-${process.pid}-`));
    try {
      await writeFile(path.join(unfinished, "package.json"), manifest);
      await writeFile(path.join(unfinished, "package-lock.json"), lock);
      // A package's install script is somebody's code outside of any runner: none runs.
      await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"], {
        cwd: unfinished,
        env: { HOME: root, ...pick(env, kept) },
        timeout: INSTALL_MS,
      });
      await rename(unfinished, folder);
      return modules;
    } catch (cause) {
      await rm(unfinished, { recursive: true, force: true });
      const { stderr = String(cause) } = cause as { readonly stderr?: string }; // execFile's errors carry what was said
      throw new Error(cannotInstall(stderr, modules), { cause });
    }
  }

  return {
    async folderFor(text) {
      const lock = packageLock.parse(JSON.parse(text));
      const installed = await readFile(path.join(shared, ".package-lock.json"), "utf8").catch(() => undefined);
      if (installed !== undefined && agrees(lock, packageLock.parse(JSON.parse(installed)))) {
        return { folder: shared, whose: "shared" };
      }
      const folder = path.join(root, createHash("sha256").update(text).digest("hex"));
      const known = installing.get(folder) ?? install(lock, folder);
      installing.set(folder, known);
      try {
        return { folder: await known, whose: "own" };
      } finally {
        installing.delete(folder);
      }
    },
  };
}

function cannotInstall(said: string, modules: string): string {
  return (
    `The packages in the artefact's lock cannot be installed: ${said.trim().slice(-SAID_CHARACTERS)} ` +
    "Give the runner host a registry that has them (NPM_CONFIG_REGISTRY), or bring the folder " +
    `${path.basename(path.dirname(modules))} from another host's modules, and ask for the operation again.`
  );
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
