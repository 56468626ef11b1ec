import { createHash, randomBytes } from "node:crypto";

/** A lease token, and the hash under which it is stored: who reads the database cannot act for the engine. */
export interface Lease {
  readonly token: string;
  readonly hash: Buffer;
}

export function newLease(): Lease {
  const token = randomBytes(32).toString("base64url");
  return { token, hash: hashOf(token) };
}

/** The tokens are random, so that a plain hash is enough. */
export const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();
