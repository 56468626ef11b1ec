import { constants, type KeyObject, type SigningOptions, verify } from "node:crypto";
import { z } from "zod";
import { Problem } from "../base/problem.ts";

/** Characters; GitHub's and GitLab's tokens have about two thousand. */
const LONGEST_TOKEN = 16_384;

const header = z.looseObject({ alg: z.string(), kid: z.string().min(1).max(500) });

const time = z.number().positive().max(32_503_680_000); // the year 3000, in seconds

/** What every token must say; all other claims pass through for the rules. */
const claimsSchema = z.looseObject({
  iss: z
    .string()
    .max(500)
    .regex(/^[\x21-\x7e]+$/),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: time,
  iat: time,
  nbf: time.optional(),
  sub: z.string().optional(),
});
export type Claims = z.output<typeof claimsSchema>;

/** A signed token (JWS compact, RFC 7515) that was taken apart. Nothing in it is true before its signature was checked. */
export interface SignedToken {
  readonly algorithm: Algorithm;
  readonly keyId: string;
  readonly claims: Claims;
  /** What is signed: header and claims as they came. */
  readonly signed: string;
  readonly signature: Buffer;
}

interface Method {
  readonly hash: string | null;
  readonly keyType: string;
  readonly curve?: string;
  readonly options?: SigningOptions;
}

/** Those of RFC 7518 and 8037 that use a key pair. `none` and those that share a secret with the issuer are not among them. */
const methods = {
  RS256: { hash: "sha256", keyType: "rsa" },
  RS384: { hash: "sha384", keyType: "rsa" },
  RS512: { hash: "sha512", keyType: "rsa" },
  PS256: { hash: "sha256", keyType: "rsa", options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  ES256: { hash: "sha256", keyType: "ec", curve: "prime256v1", options: { dsaEncoding: "ieee-p1363" } },
  ES384: { hash: "sha384", keyType: "ec", curve: "secp384r1", options: { dsaEncoding: "ieee-p1363" } },
  EdDSA: { hash: null, keyType: "ed25519" },
} as const satisfies Record<string, Method>;
type Algorithm = keyof typeof methods;

const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(methods, name);

/** @throws Problem `unauthenticated` for what is no signed token, or is signed in a way that is not taken here */
export function readSignedToken(text: string): SignedToken {
  const match = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(text);
  if (text.length > LONGEST_TOKEN || match === null) throw refused("It is not a signed token of three parts.");
  const [, head = "", body = "", signature = ""] = match;
  const parsedHead = header.safeParse(jsonOf(head));
  if (!parsedHead.success) throw refused("Its header must be JSON that names alg and kid.");
  const { alg, kid, crit } = parsedHead.data;
  if (!isAlgorithm(alg)) {
    throw refused(
      `It is signed by the algorithm ${JSON.stringify(alg)}. Taken are ${Object.keys(methods).join(", ")}.`,
    );
  }
  if (crit !== undefined) throw refused("Its header asks for extensions (crit), and none is known here.");
  const claims = claimsSchema.safeParse(jsonOf(body));
  if (!claims.success) throw refused("Its claims must be JSON with iss, aud, exp and iat.");
  return {
    algorithm: alg,
    keyId: kid,
    claims: claims.data,
    signed: `${head}.${body}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

/** Whether the key made the signature, by the algorithm that the token names, and is a key for it. */
export function isSignedBy({ algorithm, signed, signature }: SignedToken, key: KeyObject): boolean {
  const { hash, keyType, curve, options }: Method = methods[algorithm];
  if (key.asymmetricKeyType !== keyType) return false;
  if (curve !== undefined && key.asymmetricKeyDetails?.namedCurve !== curve) return false;
  return verify(hash, Buffer.from(signed, "ascii"), { key, ...options }, signature);
}

/** Seconds by which the issuer's clock may differ from ours. */
const LEEWAY = 60;

/** @throws Problem `unauthenticated` for a token that is over, or not valid yet */
export function requireCurrent({ exp, nbf, iat }: Claims, now: Date): void {
  const seconds = now.getTime() / 1_000;
  const at = (claim: number) => new Date(claim * 1_000).toISOString();
  if (exp + LEEWAY <= seconds) throw refused(`It expired at ${at(exp)}. Ask the issuer for a new one.`);
  if (nbf !== undefined && nbf - LEEWAY > seconds) throw refused(`It is not valid before ${at(nbf)}.`);
  if (iat - LEEWAY > seconds) throw refused(`It was issued at ${at(iat)}, which is yet to come.`);
}

export function refused(reason: string): Problem {
  const facts = { error: "invalid_grant" };
  return new Problem("unauthenticated", `The subject token is refused. ${reason}`, { facts });
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined; // the schema refuses it
  }
}
