import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { githubClaims, startIssuer, type TestIssuer } from "../support/issuer.ts";
import { type Harness, type Reply, startApi } from "./apiHarness.ts";

/** A service, an issuer of tokens for pipelines, and the trust of the one in the other. */
export interface TokenWorld {
  readonly api: Harness;
  readonly issuer: TestIssuer;
  /** An admin's key. */
  readonly admin: string;
  /** Has the service trust the issuer; for the team `lobby` and by the rule `main` unless said otherwise. */
  trust(body: object): Promise<Reply>;
  exchange(subjectToken: string, more?: object): Promise<Reply>;
  /** A token as GitHub signs it. */
  github(claims?: object): string;
}

export const main = { claims: { repository: "org/game", ref: "refs/heads/main" }, role: "operator" };

/** One service for the file that calls this; an issuer, and a trust called `github`, for each of its tests. */
export function useTokenWorld(): TokenWorld {
  let api: Harness;
  let issuer: TestIssuer;
  let admin: string;
  const world: TokenWorld = {
    get api() {
      return api;
    },
    get issuer() {
      return issuer;
    },
    get admin() {
      return admin;
    },
    trust(body) {
      const given = { name: "github", issuer: issuer.url, audience: "meridian", team: "lobby", rules: [main], ...body };
      return api.send("POST", "/v1/identity-providers", { key: admin, body: given });
    },
    exchange: (subjectToken, more = {}) =>
      api.send("POST", "/v1/tokens/exchange", { body: { subject_token: subjectToken, ...more } }),
    github: (claims = {}) => issuer.token({ ...githubClaims, ...claims }),
  };
  beforeAll(async () => {
    api = await startApi({ app: { rateLimits: { perKey: 30_000, refusedPerAddress: 1_000 } } });
    admin = await api.keyFor("admin");
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    issuer = await startIssuer(() => api.clock.now());
    expect((await world.trust({})).status).toBe(201);
  });
  afterEach(async () => {
    for (const name of ["github", "other"]) await api.send("DELETE", `/v1/identity-providers/${name}`, { key: admin });
    await issuer.close();
  });
  return world;
}
