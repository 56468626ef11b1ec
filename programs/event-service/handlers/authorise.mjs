import { createPublicKey, verify } from "node:crypto";

const keptMilliseconds = 600_000;

/** The issuer's public keys, fetched again when they are old or lack one. */
export function issuerKeys(issuer, fetchJson, now = Date.now) {
  let kept;
  const load = async () => {
    const { jwks_uri } = await fetchJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    const { keys } = await fetchJson(jwks_uri);
    kept = { keys, at: now() };
  };
  const find = (kid) => kept?.keys.find((key) => key.kid === kid);
  return async (kid) => {
    if (kept === undefined || now() - kept.at > keptMilliseconds) await load();
    // A token with an invented key must not make us ask the issuer each time.
    else if (find(kid) === undefined && now() - kept.at > keptMilliseconds / 10) await load();
    return find(kid);
  };
}

/** Lets a WebSocket open for a token (JWT, RS256) of the issuer and one of the audiences. Throws nothing: a bad token is a no. */
export async function handle(event, { keyOf, issuer, audiences, now }) {
  const token = event.queryStringParameters?.token ?? "";
  const claims = await claimsOf(token, keyOf).catch(() => undefined);
  const seconds = now() / 1000;
  const good =
    claims !== undefined &&
    claims.iss === issuer &&
    [claims.aud ?? claims.client_id].flat().some((audience) => audiences.includes(audience)) &&
    claims.exp > seconds &&
    (claims.nbf ?? 0) <= seconds;
  return {
    principalId: good ? String(claims.sub) : "nobody",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: good ? "Allow" : "Deny", Resource: event.methodArn }],
    },
  };
}

async function claimsOf(token, keyOf) {
  const [head, body, signature] = token.split(".");
  const { alg, kid } = decode(head);
  // Named, never taken from the token: otherwise it could choose none.
  if (alg !== "RS256") return undefined;
  const jwk = await keyOf(kid);
  if (jwk === undefined || jwk.kty !== "RSA") return undefined;
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const signed = verify("RSA-SHA256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"));
  return signed ? decode(body) : undefined;
}

const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));

async function fetchJson(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

const { TOKEN_ISSUER: issuer = "", TOKEN_AUDIENCES = "[]" } = process.env;
const keyOf = issuerKeys(issuer, fetchJson);
const audiences = JSON.parse(TOKEN_AUDIENCES);
export const handler = (event) => handle(event, { keyOf, issuer, audiences, now: Date.now });
