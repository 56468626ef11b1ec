import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Logger } from "../base/logger.ts";
import { type BuiltPack, buildPack, packRooms } from "./buildPack.ts";

/** The policy pack as it is handed to engines that the service does not run. */
export interface RequiredPolicies {
  /** Undefined where it could not be made; the gate judges every step all the same. */
  pack(): Promise<BuiltPack | undefined>;
}

interface RequiredPolicyDeps {
  /** Absolute path of the pack's folder. */
  readonly policies: string;
  /** Absolute path of a folder of the service's own, where what was made is kept. */
  readonly cache: string;
  readonly logger: Logger;
}

const NAME = "meridian";

/**
 * Makes the archive when it is first asked for, once for each content of the pack's folder: a start of the service costs nothing, and the next
 * one finds it in the cache.
 */
export function createRequiredPolicies({ policies, cache, logger }: RequiredPolicyDeps): RequiredPolicies {
  let making: Promise<BuiltPack | undefined> | undefined;

  async function make(): Promise<BuiltPack> {
    const source = await sourceDigest(policies);
    const folder = path.join(cache, source);
    const kept = await readKept(folder);
    if (kept !== undefined) return kept;
    const built = await buildPack(policies, NAME);
    await keep(folder, built);
    logger.info({ pack: built.name, version: built.version, bytes: built.archive.length }, "policy pack made");
    return built;
  }

  function pack(): Promise<BuiltPack | undefined> {
    making ??= make().catch((error: unknown) => {
      making = undefined; // the next client that asks makes another try
      logger.error({ err: error }, "the policy pack could not be made: laptops go without it, the gate judges");
      return undefined;
    });
    return making;
  }

  return { pack };
}

/** Of the rules and of the lock file, by which their packages are known; and of what makes an archive of them. */
async function sourceDigest(policies: string): Promise<string> {
  const digest = createHash("sha256");
  const listed = await Promise.all(
    packRooms(policies).map((room) => readdir(room, { recursive: true, withFileTypes: true })),
  );
  const own = listed
    .flat()
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
  const makers = ["buildPack.ts", "tracePack.ts", "../../programs/artefacts/tarball.ts"].map((name) =>
    path.join(import.meta.dirname, name),
  );
  for (const file of [...own.toSorted(), path.join(policies, "..", "package-lock.json"), ...makers])
    digest.update(`${path.basename(file)}\0`).update(await readFile(file));
  return digest.digest("hex").slice(0, 32);
}

async function readKept(folder: string): Promise<BuiltPack | undefined> {
  try {
    const version = (await readFile(path.join(folder, "version"), "utf8")).trim();
    return { name: NAME, version, archive: await readFile(path.join(folder, "pack.tgz")) };
  } catch {
    return undefined; // not made yet, or not to the end
  }
}

/** The version is written last, and moved into place: a folder with one is whole. */
async function keep(folder: string, { version, archive }: BuiltPack): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "pack.tgz"), archive);
  const unfinished = path.join(folder, `version.${process.pid}`);
  await writeFile(unfinished, version);
  await rename(unfinished, path.join(folder, "version"));
}
