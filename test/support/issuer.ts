import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface TestKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function rsaKey(kid: string, bits = 2_048): TestKey {
  return { kid, alg: "RS256", ...generateKeyPairSync("rsa", { modulusLength: bits }) };
}

export function ecKey(kid: string): TestKey {
  return { kid, alg: "ES256", ...generateKeyPairSync("ec", { namedCurve: "prime256v1" }) };
}

/** An issuer of tokens on loopback, with keys of its own. What it serves can be changed while it runs. */
export interface TestIssuer {
  readonly url: string;
  /** The requests it got, by path. */
  readonly asked: string[];
  keys: readonly TestKey[];
  /** Answers instead, when it is set. */
  answer: ((req: http.IncomingMessage, res: http.ServerResponse) => boolean) | undefined;
  /** A token with these claims over those that every token has; `by` signs it, the first key without it. */
  token(claims?: Record<string, unknown>, by?: TestKey, header?: Record<string, unknown>): string;
  close(): Promise<void>;
}

export async function startIssuer(now: () => Date = () => new Date()): Promise<TestIssuer> {
  const server = http.createServer((req, res) => {
    issuer.asked.push(req.url ?? "");
    if (issuer.answer?.(req, res) === true) return;
    const json = (body: unknown) => res.setHeader("content-type", "application/json").end(JSON.stringify(body));
    if (req.url === "/.well-known/openid-configuration") json({ issuer: url, jwks_uri: `${url}/jwks` });
    else if (req.url === "/jwks") json({ keys: issuer.keys.map(jwkOf) });
    else res.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  const issuer: TestIssuer = {
    url,
    asked: [],
    keys: [rsaKey("first")],
    answer: undefined,
    token(claims = {}, by = issuer.keys[0], header = {}) {
      if (by === undefined) throw new Error("the issuer has no key");
      const at = Math.floor(now().getTime() / 1_000);
      const all = { iss: url, aud: "meridian", iat: at, nbf: at, exp: at + 300, jti: `${Math.random()}`, ...claims };
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const signed = `${part({ alg: by.alg, kid: by.kid, typ: "JWT", ...header })}.${part(all)}`;
      const key = by.alg === "ES256" ? { key: by.privateKey, dsaEncoding: "ieee-p1363" as const } : by.privateKey;
      return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}

function jwkOf({ kid, alg, publicKey }: TestKey): object {
  return { ...publicKey.export({ format: "jwk" }), kid, alg, use: "sig" };
}

/** The claims that GitHub Actions' tokens have (docs.github.com, "OpenID Connect reference"). */
export const githubClaims = {
  sub: "repo:org/game:ref:refs/heads/main",
  repository: "org/game",
  repository_id: "74",
  repository_owner: "org",
  repository_owner_id: "65",
  repository_visibility: "private",
  actor: "octocat",
  actor_id: "12",
  workflow: "deploy",
  event_name: "push",
  ref: "refs/heads/main",
  ref_type: "branch",
  ref_protected: "true",
  environment: "production",
  job_workflow_ref: "org/game/.github/workflows/deploy.yml@refs/heads/main",
  run_id: "123",
  runner_environment: "github-hosted",
};

/** The claims that GitLab CI's id tokens have (docs.gitlab.com, "ID token authentication"). */
export const gitlabClaims = {
  sub: "project_path:studio/live/arena:ref_type:branch:ref:main",
  namespace_id: "72",
  namespace_path: "studio/live",
  project_id: "20",
  project_path: "studio/live/arena",
  user_id: "1",
  user_login: "sample-user",
  user_access_level: "developer",
  pipeline_id: "574",
  pipeline_source: "push",
  job_id: "302",
  ref: "main",
  ref_type: "branch",
  ref_path: "refs/heads/main",
  ref_protected: "true",
  groups_direct: ["studio", "studio/live"],
  environment: "production",
  environment_protected: "false",
};
