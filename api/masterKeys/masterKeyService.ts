import { randomBytes } from "node:crypto";
import type { Caller } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { absent } from "../http/schemas.ts";
import type { Resealing } from "../state/index.ts";
import { KEY_BYTES, type KeySource } from "./keySource.ts";
import { type MasterKeyView, purposeOf, statusOf } from "./masterKey.ts";
import {
  announceMasterKeys,
  countRunningSince,
  insertMasterKey,
  listMasterKeys,
  lockMasterKeys,
  lockSealedUnder,
  type MasterKeyRecord,
  retireMasterKey,
  rewrapMasterKey,
  stacksWithConfigurationUnder,
} from "./masterKeyStore.ts";

export interface MasterKeyService {
  list(db: Database | Tx): Promise<readonly MasterKeyView[]>;
  /** @throws Problem `invalid-transition` while the version before is still announced */
  rotate(tx: Tx, caller: Caller): Promise<MasterKeyView>;
  /** @throws Problem `not-found`, `invalid-transition` with what still stands under the version */
  retire(tx: Tx, caller: Caller, request: Retirement): Promise<MasterKeyView>;
}

interface Retirement {
  readonly version: number;
  readonly loseConfigurationSecrets: boolean;
}

interface MasterKeyDeps {
  readonly source: KeySource;
  readonly resealing: Pick<Resealing, "count">;
  readonly clock: Clock;
  /** How long a version is known before it is used; every process reads the table more often than that. */
  readonly announceMs?: number;
}

const ANNOUNCE_MS = 6_000;
const MOST_VERSIONS = 65_535;
const MOST_NAMED = 10;
const nothing = { journalEntries: 0, checkpoints: 0, engineEvents: 0, configurations: 0 };

export function createMasterKeyService(deps: MasterKeyDeps): MasterKeyService {
  const { source, resealing, clock, announceMs = ANNOUNCE_MS } = deps;

  async function views(db: Database | Tx): Promise<readonly MasterKeyView[]> {
    const records = (await listMasterKeys(db)).filter(({ version }) => version > 0);
    const counts = await resealing.count();
    const now = clock.now();
    const newest = Math.max(...records.filter(({ activeIn }) => activeIn <= 0).map(({ version }) => version));
    return records.toReversed().map((record) => ({
      version: record.version,
      status: statusOf(record, { newest, now }),
      root: record.root,
      sealed: counts.get(record.version) ?? nothing,
      createdAt: record.createdAt.toISOString(),
      createdBy: record.createdBy,
      activeAt: record.activeAt.toISOString(),
      ...(record.retiredAt && { retiredAt: record.retiredAt.toISOString() }),
      ...(record.retiredBy !== undefined && { retiredBy: record.retiredBy }),
    }));
  }

  async function view(tx: Tx, version: number): Promise<MasterKeyView> {
    const found = (await views(tx)).find((each) => each.version === version);
    if (found === undefined) throw absent("version of the master key", String(version));
    return found;
  }

  /** The key of fingerprints does not change, but must not be the last thing that an old root key is kept for. */
  async function rewrapFingerprints(tx: Tx, records: readonly MasterKeyRecord[]): Promise<void> {
    const found = records.find(({ version }) => version === 0);
    if (found?.wrapped === undefined) throw new Error("there is no fingerprint key");
    const key = await source.unwrap({ root: found.root, wrapped: found.wrapped }, purposeOf(0));
    await rewrapMasterKey(tx, { version: 0, ...(await source.wrap(key, purposeOf(0))) });
  }

  return {
    list: views,

    async rotate(tx, caller) {
      await lockMasterKeys(tx);
      const records = await listMasterKeys(tx);
      const newest = records.at(-1);
      if (newest !== undefined && newest.activeIn > 0)
        throw new Problem(
          "invalid-transition",
          `The version ${newest.version} becomes active at ${newest.activeAt.toISOString()}: wait for it.`,
        );
      const version = (newest?.version ?? 0) + 1;
      if (version > MOST_VERSIONS) throw new Problem("invalid-transition", "There are no more versions to be had.");
      const wrapped = await source.wrap(randomBytes(KEY_BYTES), purposeOf(version));
      await insertMasterKey(tx, { version, ...wrapped, createdBy: caller.name, activeIn: announceMs });
      await rewrapFingerprints(tx, records);
      await announceMasterKeys(tx);
      return view(tx, version);
    },

    async retire(tx, caller, { version, loseConfigurationSecrets }) {
      await lockMasterKeys(tx);
      const present = await view(tx, version);
      if (present.status === "retired") throw new Problem("invalid-transition", `The version ${version} is retired.`);
      if (present.status !== "leaving")
        throw new Problem(
          "invalid-transition",
          `The version ${version} is ${present.status}: rotate to another first.`,
        );
      await lockSealedUnder(tx, version);
      await requireUnused(tx, version, deps.resealing);
      const named = loseConfigurationSecrets ? [] : await stacksWithConfigurationUnder(tx, version);
      if (named.length > 0) throw configurationsUnder(version, named);
      await retireMasterKey(tx, version, caller.name);
      await announceMasterKeys(tx);
      return view(tx, version);
    },
  };
}

/** @throws Problem `invalid-transition` with the counts */
async function requireUnused(tx: Tx, version: number, { count }: Pick<Resealing, "count">): Promise<void> {
  const successor = (await listMasterKeys(tx)).find((record) => record.version > version && record.activeIn <= 0);
  const running = successor === undefined ? 0 : await countRunningSince(tx, successor.activeAt);
  if (running > 0)
    throw new Problem(
      "invalid-transition",
      `${running} running update(s) began while version ${version} was in use, and their engines hold secrets under it. Wait until they have ended.`,
      { facts: { running } },
    );
  const sealed = (await count()).get(version) ?? nothing;
  const rows = Object.values(sealed).reduce((sum, each) => sum + each, 0);
  if (rows === 0) return;
  const shown = Object.entries(sealed).map(([what, each]) => `${what}: ${each}`);
  throw new Problem(
    "invalid-transition",
    `${rows} row(s) are still sealed under version ${version} (${shown.join(", ")}). They are being resealed: try again when GET /v1/master-keys shows none.`,
    { facts: { sealed } },
  );
}

function configurationsUnder(version: number, stacks: readonly string[]): Problem {
  const more = stacks.length > MOST_NAMED ? ` and ${stacks.length - MOST_NAMED} more` : "";
  const named = `${stacks.slice(0, MOST_NAMED).join(", ")}${more}`;
  return new Problem(
    "invalid-transition",
    `The configuration files of ${named} came with secrets under version ${version} when they were last used. Renew each file with "pulumi stack change-secrets-provider default" and run a preview, or retire with loseConfigurationSecrets.`,
    { facts: { stacks: stacks.slice(0, 1_000) } },
  );
}
