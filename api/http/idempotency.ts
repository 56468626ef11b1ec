import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { sql } from "kysely";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Answer } from "./answer.ts";
import { invalidRequest } from "./parse.ts";

/** How long an answer is kept, in milliseconds. */
export const KEPT_FOR_MS = 24 * 3_600_000;

export interface IdempotentRequest {
  /** The id of the API key that asks: two keys never share an idempotency key. */
  readonly owner: string;
  readonly key: string;
  readonly hash: Buffer;
}

/** @throws Problem `invalid-request` for a header that is not 1 to 255 visible ASCII characters. */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw invalidRequest([
    { pointer: "/headers/Idempotency-Key", detail: "The key must be 1 to 255 visible ASCII characters." },
  ]);
}

/** What makes two requests the same: method, path with query, and the body whatever the order of its members. */
export function hashRequest(request: { method: string; url: string; body: unknown }): Buffer {
  const body = request.body === undefined ? "" : canonicalize(request.body);
  return createHash("sha256").update(`${request.method} ${request.url}\n${body}`).digest();
}

/**
 * Claims the key for this transaction, or gives the answer that an earlier request with it got. The claim is an advisory
 * lock of the transaction, and the answer is written in the same transaction as the change itself. So a process that dies
 * in between leaves neither a change nor a claim: PostgreSQL frees both with the connection, and the time-out on idleness
 * does so when the connection outlives its process.
 *
 * @throws Problem `request-in-flight` while another request holds the key, `idempotency-key-reused` for another body.
 */
export async function claimKey(tx: Tx, request: IdempotentRequest, now: Date): Promise<Answer | undefined> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`${request.owner} ${request.key}`}, 0)) as held,
           set_config('idle_in_transaction_session_timeout', '60s', true)`.execute(tx);
  if (rows[0]?.held !== true) {
    throw new Problem(
      "request-in-flight",
      "The first request with this Idempotency-Key is not done. Repeat it shortly.",
    );
  }
  const kept = await tx
    .selectFrom("idempotencyKeys")
    .select(["requestHash", "status", "headers", "body"])
    .where("owner", "=", request.owner)
    .where("key", "=", request.key)
    .where("createdAt", ">", new Date(now.getTime() - KEPT_FOR_MS))
    .executeTakeFirst();
  if (kept === undefined || kept.status === null) return undefined;
  if (!kept.requestHash.equals(request.hash)) {
    throw new Problem(
      "idempotency-key-reused",
      "This Idempotency-Key was used in the last 24 hours with another method, path or body. Use a new key for a new request.",
    );
  }
  // Written by keepAnswer below, nowhere else.
  const headers = kept.headers as Record<string, string>;
  return { status: kept.status, headers: { ...headers, "idempotency-replayed": "true" }, body: kept.body ?? undefined };
}

/** Keeps the answer for whoever repeats the request. Only what took effect is kept: a refusal changed nothing. */
export async function keepAnswer(
  tx: Tx,
  request: IdempotentRequest,
  kept: Answer & { readonly at: Date },
): Promise<void> {
  const row = {
    requestHash: request.hash,
    status: kept.status,
    headers: JSON.stringify(kept.headers),
    body: kept.body === undefined ? null : JSON.stringify(kept.body),
    createdAt: kept.at,
  };
  await tx
    .insertInto("idempotencyKeys")
    .values({ owner: request.owner, key: request.key, ...row })
    .onConflict((conflict) => conflict.columns(["owner", "key"]).doUpdateSet(row))
    .execute();
}

/** Removes what is older than a day. Cheap, and safe to run in any number of processes at once. */
export async function sweepKeys(db: Database, now: Date): Promise<void> {
  await db
    .deleteFrom("idempotencyKeys")
    .where("createdAt", "<=", new Date(now.getTime() - KEPT_FOR_MS))
    .execute();
}
