import { randomBytes } from "node:crypto";
import type { Logger } from "../base/logger.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Keyring } from "../state/index.ts";
import { KEY_BYTES, type KeySource } from "./keySource.ts";
import { purposeOf } from "./masterKey.ts";
import { insertMasterKey, listMasterKeys, lockMasterKeys, type MasterKeyRecord } from "./masterKeyStore.ts";

/** The master keys as this process holds them, unwrapped in memory. */
export interface MasterKeyring extends Keyring {
  /** Reads the table again; asks the key source for versions that are new here. */
  refresh(): Promise<void>;
  close(): void;
}

interface KeyringDeps {
  readonly db: Database;
  readonly source: KeySource;
  readonly logger: Logger;
}

interface HeldKey {
  readonly key: Buffer;
  /** By this process's monotonic clock, in milliseconds. */
  readonly activeFrom: number;
}

/** A notification tells of a rotation at once; this is for one that was lost. A version is announced for longer than that. */
const POLL_MS = 2_000;
const FIRST = 1;
const FINGERPRINTS = 0;

/**
 * Reads the master keys of the database, and makes the first at the first start.
 *
 * @throws Error that names the version and the root key that is missing
 */
export async function openMasterKeyring({ db, source, logger }: KeyringDeps): Promise<MasterKeyring> {
  await db.transaction().execute((tx) => ensureFirst(tx, source));
  const held = new Map<number, HeldKey>();
  const retired = new Set<number>();

  async function take(record: MasterKeyRecord): Promise<void> {
    const { version, wrapped, root, activeIn } = record;
    if (wrapped === undefined) {
      retired.add(version);
      held.delete(version);
    } else if (!held.has(version)) {
      const key = await source.unwrap({ root, wrapped }, purposeOf(version));
      held.set(version, { key, activeFrom: performance.now() + activeIn });
    }
  }

  // Asked for every value that is sealed, so it is worked out anew only when a version has come, gone or become active.
  let standing = { version: FIRST, oldest: FIRST, until: 0 };
  function current(): typeof standing {
    const now = performance.now();
    if (now < standing.until) return standing;
    const sealing = [...held].filter(([version]) => version !== FINGERPRINTS);
    const active = sealing.filter(([, { activeFrom }]) => activeFrom <= now).map(([version]) => version);
    const announced = sealing.map(([, { activeFrom }]) => activeFrom).filter((from) => from > now);
    standing = {
      version: Math.max(...active),
      oldest: Math.min(...sealing.map(([version]) => version)),
      until: Math.min(...announced),
    };
    return standing;
  }

  async function read(): Promise<void> {
    for (const record of await listMasterKeys(db)) await take(record);
    standing = { ...standing, until: 0 };
  }

  let reading: Promise<void> | undefined;
  const refresh = (): Promise<void> =>
    (reading ??= read().finally(() => {
      reading = undefined;
    }));
  const refreshOrSay = () =>
    refresh().catch((error: unknown) => logger.error({ err: error }, "the master keys cannot be read"));

  await refresh();
  const poll = setInterval(refreshOrSay, POLL_MS).unref();
  return {
    get version() {
      return current().version;
    },
    get oldest() {
      return current().oldest;
    },
    get fingerprintKey() {
      return required(held.get(FINGERPRINTS), FINGERPRINTS);
    },
    masterKey(version) {
      const found = version === FINGERPRINTS ? undefined : held.get(version);
      if (found !== undefined) return found.key;
      if (retired.has(version)) throw retiredKey(version);
      void refreshOrSay();
      throw new Problem(
        "too-many-requests",
        `The master key version ${version} is not known to this process yet. Try again in a moment.`,
      );
    },
    refresh,
    close: () => clearInterval(poll),
  };
}

function retiredKey(version: number): Problem {
  const detail = `The value is sealed under the master key version ${version}, which is retired: nobody can read it. Set the secret again ("pulumi config set --secret" for one of a configuration file).`;
  return new Problem("invalid-request", detail, { facts: { keyVersion: version } });
}

function required(held: HeldKey | undefined, version: number): Buffer {
  if (held === undefined) throw new Error(`there is no ${purposeOf(version)}`);
  return held.key;
}

/** Safe when several processes start at once: one makes the keys, the others find them. */
async function ensureFirst(tx: Tx, source: KeySource): Promise<void> {
  await lockMasterKeys(tx);
  if ((await listMasterKeys(tx)).length > 0) return;
  // Databases from before versions were on record are sealed under the root key itself.
  const first = source.first ?? randomBytes(KEY_BYTES);
  for (const version of [FINGERPRINTS, FIRST])
    await insertMasterKey(tx, {
      version,
      ...(await source.wrap(first, purposeOf(version))),
      createdBy: "meridian",
      activeIn: 0,
    });
}
