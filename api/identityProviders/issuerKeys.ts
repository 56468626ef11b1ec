import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import { isFetchable } from "./issuerUrl.ts";

/** Where an issuer's keys are: at the address that its discovery document names, or at one that an admin gave. */
export interface KeySource {
  readonly issuer: string;
  readonly jwksUri: string | undefined;
}

/** The public key of an issuer with this id; undefined when the issuer has none such. */
export type FindIssuerKey = (source: KeySource, keyId: string) => Promise<KeyObject | undefined>;

export interface IssuerKeyDeps {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** Keys are read anew after this, so that one that the issuer withdrew is forgotten; in milliseconds, as all here. */
const FRESH_MS = 10 * 60_000;
/** While the issuer does not answer, what is known is good for this long. */
const USABLE_MS = 60 * 60_000;
/** An unknown key id makes the service look again at most this often: anybody can send one. */
const ASK_AGAIN_MS = 30_000;
const TIMEOUT_MS = 5_000;
const MOST_BYTES = 256 * 1024;
const MOST_KEYS = 50;
const SMALLEST_RSA_BITS = 2_048;

interface Known {
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly at: number;
}

export function createIssuerKeys({ fetch, clock }: IssuerKeyDeps): FindIssuerKey {
  const known = new Map<string, Known>();
  const asked = new Map<string, number>();
  const asking = new Map<string, Promise<void>>();

  async function refresh(name: string, source: KeySource): Promise<void> {
    asked.set(name, clock.now().getTime());
    const keys = await readKeys(fetch, source);
    known.set(name, { keys, at: clock.now().getTime() });
  }

  /** Whoever comes while the issuer is asked waits for the same answer. */
  async function refreshOnce(name: string, source: KeySource): Promise<void> {
    const underWay = asking.get(name) ?? refresh(name, source).finally(() => asking.delete(name));
    asking.set(name, underWay);
    await underWay;
  }

  return async (source, keyId) => {
    const name = `${source.issuer} ${source.jwksUri ?? ""}`;
    const now = clock.now().getTime();
    const present = known.get(name);
    const found = present?.keys.get(keyId);
    if (found !== undefined && present !== undefined && now - present.at < FRESH_MS) return found;
    if (now - (asked.get(name) ?? Number.NEGATIVE_INFINITY) >= ASK_AGAIN_MS || asking.has(name)) {
      try {
        await refreshOnce(name, source);
        return known.get(name)?.keys.get(keyId);
      } catch (error) {
        if (found === undefined) throw error;
      }
    }
    if (present === undefined) throw silent(source, "it did not answer a moment ago");
    return now - present.at < USABLE_MS ? found : undefined;
  };
}

const discovery = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });
const keySet = z.looseObject({ keys: z.array(z.looseObject({ kid: z.string().optional() })).max(MOST_KEYS) });

async function readKeys(fetch: typeof globalThis.fetch, source: KeySource): Promise<ReadonlyMap<string, KeyObject>> {
  try {
    const address = source.jwksUri ?? (await discover(fetch, source.issuer));
    const { keys } = keySet.parse(await readJson(fetch, address));
    return new Map(keys.flatMap((key) => entryOf(key)));
  } catch (cause) {
    throw silent(source, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** OpenID Connect Discovery 1.0, section 4. The keys must lie where the issuer is: nobody is sent elsewhere by an answer. */
async function discover(fetch: typeof globalThis.fetch, issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const found = discovery.parse(await readJson(fetch, address));
  if (found.issuer !== issuer) throw new Error(`its discovery document is of ${found.issuer}`);
  if (!isFetchable(found.jwks_uri) || new URL(found.jwks_uri).origin !== new URL(issuer).origin) {
    throw new Error(`its keys are at another place, ${found.jwks_uri}: register the trust with that as jwksUri`);
  }
  return found.jwks_uri;
}

async function readJson(fetch: typeof globalThis.fetch, address: string): Promise<unknown> {
  const response = await fetch(address, {
    redirect: "error", // an answer must not make the service ask somebody else
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { accept: "application/json" },
  });
  if (!response.ok || response.body === null) throw new Error(`${address} answers ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new Error(`${address} answers with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/** None for a key that is not for signatures, cannot be read, or is too weak: the others still serve. */
function entryOf(jwk: JsonWebKey & { readonly kid?: string | undefined }): readonly (readonly [string, KeyObject])[] {
  if (jwk.kid === undefined || (jwk["use"] !== undefined && jwk["use"] !== "sig")) return [];
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const bits = key.asymmetricKeyDetails?.modulusLength;
    return bits !== undefined && bits < SMALLEST_RSA_BITS ? [] : [[jwk.kid, key]];
  } catch {
    return []; // of a type that is not known here
  }
}

function silent({ issuer }: KeySource, reason: string, cause?: unknown): Problem {
  const detail = `The keys of the issuer ${issuer} cannot be read: ${reason}. Try again in a moment.`;
  return new Problem("unavailable", detail, { cause, facts: { error: "temporarily_unavailable" } });
}
