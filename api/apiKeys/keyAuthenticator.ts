import { timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { type Caller, permissionNames, roles } from "../base/caller.ts";
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
/** As `apiKeyStore` wrote it. A permission that is no longer known is none: the key has fewer, not more. */
const storedScope = z
  .object({
    projects: z.array(z.string()).optional(),
    stacks: z.array(z.string()).optional(),
    permissions: z
      .array(z.string())
      .transform((names) => permissionNames.filter((name) => names.includes(name)))
      .optional(),
  })
  .nullable()
  .transform((scope) => scope ?? undefined);

interface Known {
  readonly caller: Caller;
  /** When the key itself ends. */
  readonly expiresAt?: Date | undefined;
}

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

  async function findByKey(hash: Buffer): Promise<Known | undefined> {
    const row = await db
      .selectFrom("apiKeys")
      .leftJoin("identities", "identities.identity", "apiKeys.person")
      .select(["id", "name", "role", "team", "hash", "lastUsedAt", "expiresAt", "scope"])
      .select((one) => one.fn.coalesce("identities.person", "apiKeys.person").as("person"))
      .where("hash", "=", hash)
      .where("revokedAt", "is", null)
      .executeTakeFirst();
    if (row === undefined || !timingSafeEqual(row.hash, hash)) return undefined;
    const now = clock.now();
    if (row.expiresAt !== null && row.expiresAt <= now) return undefined;
    if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() >= USE_NOTED_EVERY_MS) {
      await db.updateTable("apiKeys").set({ lastUsedAt: now }).where("id", "=", row.id).execute();
    }
    const { id, name, person, team } = row;
    const caller = {
      id,
      name,
      person,
      role: role.parse(row.role),
      team: team ?? undefined,
      scope: storedScope.parse(row.scope),
    };
    return { caller, expiresAt: row.expiresAt ?? undefined };
  }

  async function find(hash: Buffer, key: string): Promise<Known | undefined> {
    const byKey = await findByKey(hash);
    if (byKey !== undefined) return byKey;
    const caller = await operationTokens.findCaller(key);
    return caller && { caller };
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
    const found = await find(hash, key);
    if (found === undefined) {
      throw new Problem(
        "unauthenticated",
        "This key is unknown, was revoked, or has expired. Ask an admin for another.",
      );
    }
    // Written to the map as it was before the question: when `forget` came in between, nobody reads that one any more.
    if (memory.size >= MAX_REMEMBERED) memory.clear();
    const until = clock.now().getTime() + TRUSTED_FOR_MS;
    memory.set(index, { caller: found.caller, until: Math.min(until, found.expiresAt?.getTime() ?? until) });
    return found.caller;
  }

  return {
    authenticate,
    forget() {
      known = new Map();
    },
  };
}
