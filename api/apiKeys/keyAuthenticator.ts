import { timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { type Caller, roles } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import type { Database } from "../db/database.ts";
import type { Authenticator } from "../http/authenticate.ts";
import { hashKey, readAuthorization } from "./apiKey.ts";

/** How long another control process may go on accepting a key that this one revoked. */
const TRUSTED_FOR_MS = 3_000;
/** `lastUsedAt` is exact to this, so that a busy key costs one write a minute rather than one a request. */
const USE_NOTED_EVERY_MS = 60_000;
const MAX_REMEMBERED = 2_000;

const role = z.enum(roles);

export interface OperationTokens {
  /** The caller behind an operation's token; undefined when there is none, or it has expired. */
  findCaller(token: string): Promise<Caller | undefined>;
}

export interface KeyAuthenticator extends Authenticator {
  /** Makes this process ask the database again about every key, at once. Call it after a revocation is committed. */
  forget(): void;
}

export interface KeyAuthenticatorDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly operationTokens: OperationTokens;
}

/**
 * Knows callers by API key or operation token. What it learned it trusts for three seconds; what it did not find it never
 * remembers, so that a key made by another process works at once.
 */
export function createKeyAuthenticator({ db, clock, operationTokens }: KeyAuthenticatorDeps): KeyAuthenticator {
  let known = new Map<string, { readonly caller: Caller; readonly until: number }>();

  async function findByKey(hash: Buffer): Promise<Caller | undefined> {
    const row = await db
      .selectFrom("apiKeys")
      .select(["id", "name", "role", "team", "hash", "lastUsedAt"])
      .where("hash", "=", hash)
      .where("revokedAt", "is", null)
      .executeTakeFirst();
    if (row === undefined || !timingSafeEqual(row.hash, hash)) return undefined;
    const now = clock.now();
    if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() >= USE_NOTED_EVERY_MS) {
      await db.updateTable("apiKeys").set({ lastUsedAt: now }).where("id", "=", row.id).execute();
    }
    return { id: row.id, name: row.name, role: role.parse(row.role), team: row.team ?? undefined };
  }

  async function authenticate(authorization: string | undefined): Promise<Caller> {
    const key = readAuthorization(authorization);
    if (key === undefined) {
      throw new Problem("unauthenticated", "Send an API key as the header Authorization: Bearer KEY.");
    }
    const hash = hashKey(key);
    const index = hash.toString("base64");
    const remembered = known.get(index);
    if (remembered !== undefined && remembered.until > clock.now().getTime()) return remembered.caller;
    const memory = known;
    const caller = (await findByKey(hash)) ?? (await operationTokens.findCaller(key));
    if (caller === undefined) {
      throw new Problem(
        "unauthenticated",
        "This key is unknown, was revoked, or has expired. Ask an admin for another.",
      );
    }
    // Written to the map as it was before the question: when `forget` came in between, nobody reads that one any more.
    if (memory.size >= MAX_REMEMBERED) memory.clear();
    memory.set(index, { caller, until: clock.now().getTime() + TRUSTED_FOR_MS });
    return caller;
  }

  return {
    authenticate,
    forget() {
      known = new Map();
    },
  };
}
