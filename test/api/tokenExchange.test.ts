import { expect, test } from "vitest";
import { githubClaims, gitlabClaims, rsaKey } from "../support/issuer.ts";
import { expectProblem, type Reply, startApi } from "./apiHarness.ts";
import { main, useTokenWorld } from "./tokenWorld.ts";

const world = useTokenWorld();
const { trust, exchange, github } = world;

test("a pipeline of GitHub gets a token of the team with the role of the first rule that fits, and is known by its name", async () => {
  const reply = await exchange(github());
  expect(reply.status).toBe(200);
  expect(reply.headers.get("cache-control")).toBe("no-store");
  expect(reply.body).toMatchObject({ token_type: "Bearer", expires_in: 3_600 });
  const key = reply.body.access_token;
  expect(key).toMatch(/^mt_[A-Za-z0-9_-]{43}$/);
  const body = { name: "by-pipeline", blueprint: "arena", regions: ["eu-west-1"], inputs: { players: 1 } };
  const made = await world.api.send("POST", "/v1/stack-sets", { key, body });
  expect(made.body).toMatchObject({ requestedBy: "github:org/game@refs/heads/main", team: "lobby" });
  const { body: log } = await world.api.send("GET", "/v1/audit-log?team=lobby", { key: world.admin });
  expect(log.items[0]).toMatchObject({
    action: "stack-set.create",
    actor: expect.stringMatching(/^tok_/),
    actorName: "github:org/game@refs/heads/main",
  });
  expect(log.items[1]).toMatchObject({ action: "token.exchange", outcome: "done", details: { role: "operator" } });
  expectProblem(await world.api.send("GET", "/v1/api-keys", { key }), "forbidden");
});

test("a pipeline of GitLab gets one by its own claims, with the scope of the rule", async () => {
  const rule = {
    claims: { project_path: "studio/live/*", ref_protected: "true", groups_direct: "studio" },
    role: "operator",
    scope: { stacks: "arena-*" },
  };
  await trust({ name: "other", team: "arena", audience: "https://meridian.example.com", rules: [rule] });
  const reply = await exchange(world.issuer.token({ ...gitlabClaims, aud: ["https://meridian.example.com"] }));
  expect(reply.status).toBe(200);
  const { body } = await world.api.send("GET", "/v1/api-keys?identityProvider=other", { key: world.admin });
  expect(body.items).toMatchObject([
    {
      name: "other:studio/live/arena@main",
      team: "arena",
      role: "operator",
      scope: { stacks: ["arena-*"] },
      identityProvider: "other",
    },
  ]);
  expectProblem(await world.api.send("GET", "/v1/stack-sets", { key: reply.body.access_token }), "forbidden");
});

test("the form of RFC 8693 is taken as well as JSON, and is answered as the standard says", async () => {
  const form = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    subject_token: github(),
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const reply = await world.api.send("POST", "/v1/tokens/exchange", { raw: form.toString(), headers });
  expect(reply.body).toMatchObject({
    issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    expires_in: 3_600,
  });
});

test.each<[string, () => string]>([
  ["another audience", () => github({ aud: "somebody-else" })],
  ["an issuer nobody trusts", () => github({ iss: "https://issuer.example.com" })],
  ["a signature by another key of the same name", () => world.issuer.token(githubClaims, rsaKey("first"))],
  ["a key the issuer does not have", () => world.issuer.token(githubClaims, rsaKey("second"))],
  ["an end that is over", () => github({ exp: Math.floor(world.api.clock.now().getTime() / 1_000) - 61 })],
  ["a beginning to come", () => github({ nbf: Math.floor(world.api.clock.now().getTime() / 1_000) + 62 })],
  ["an issue to come", () => github({ iat: Math.floor(world.api.clock.now().getTime() / 1_000) + 62 })],
  ["no end", () => github({ exp: undefined })],
  ["claims that were changed", () => withClaims(github(), { ...githubClaims, repository: "org/other" })],
  ["a header that was changed", () => withHeader(github(), { alg: "RS512", kid: "first" })],
  ["no signature (alg none)", () => `${withHeader(github(), { alg: "none", kid: "first" }).replace(/[^.]+$/, "")}AA`],
  ["a shared secret (alg HS256)", () => withHeader(github(), { alg: "HS256", kid: "first" })],
  ["an algorithm that is a word of objects", () => withHeader(github(), { alg: "constructor", kid: "first" })],
  ["an extension that must be known", () => world.issuer.token(githubClaims, undefined, { crit: ["exp"] })],
  ["text that is no token", () => "not a token"],
  ["three parts of nothing", () => "e30.e30.e30"],
])("a token with %s is refused with 401 and says why", async (_what, token) => {
  const reply = await exchange(token());
  expect(reply.status).toBe(401);
  expectProblem(reply, "unauthenticated");
  expect(reply.body).toMatchObject({ error: "invalid_grant", error_description: expect.stringContaining("refused") });
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
function withClaims(token: string, claims: object): string {
  const [header, , signature] = token.split(".");
  const at = Math.floor(world.api.clock.now().getTime() / 1_000);
  return `${header}.${part({ iss: world.issuer.url, aud: "meridian", iat: at, exp: at + 300, ...claims })}.${signature}`;
}
function withHeader(token: string, header: object): string {
  const [, claims, signature] = token.split(".");
  return `${part(header)}.${claims}.${signature}`;
}

test.each([
  ["another branch", { ref: "refs/heads/feature" }],
  ["another repository", { repository: "org/game2" }],
  ["no repository", { repository: undefined }],
  ["a repository of another type", { repository: { toString: "org/game" } }],
])("a genuine token of %s is refused with 403, and is on record", async (_what, claims) => {
  const reply = await exchange(github(claims));
  expectProblem(reply, "forbidden");
  const { body } = await world.api.send("GET", "/v1/audit-log?team=lobby&pageSize=1", { key: world.admin });
  expect(body.items[0]).toMatchObject({ action: "token.exchange", outcome: "refused", actor: "unknown" });
});

test("a token stops at its end, which is as asked and never beyond what the trust allows", async () => {
  const brief = await exchange(github(), { expiration: 120 });
  expect(brief.body.expires_in).toBe(120);
  expect((await exchange(github(), { expiration: "999999" })).body.expires_in).toBe(3_600);
  const use = () => world.api.send("GET", "/v1/targets", { key: brief.body.access_token });
  expect((await use()).status).toBe(200);
  world.api.clock.advance(120_000);
  expectProblem(await use(), "unauthenticated");
});

test("what an issuer signed once is exchanged five times at most, and all of it ends when the first could have", async () => {
  const token = github({ exp: Math.floor(world.api.clock.now().getTime() / 1_000) + 7_200 });
  const [first, second] = [await exchange(token), await exchange(token)];
  expect(second.body.access_token).not.toBe(first.body.access_token);
  world.api.clock.advance(600_000);
  expect((await exchange(token)).body.expires_in).toBe(3_000);
  await exchange(token);
  expect((await exchange(token)).status).toBe(200);
  const sixth = await exchange(token);
  expectProblem(sixth, "forbidden");
  expect(sixth.body.detail).toContain("exchanged 5 times");
});

test("a token is revoked like any key, and all of a trust with the trust", async () => {
  const [one, other] = [await exchange(github()), await exchange(github())];
  const { body } = await world.api.send("GET", "/v1/api-keys?identityProvider=github", { key: world.admin });
  const use = async ({ body: { access_token: key } }: Reply) =>
    (await world.api.send("GET", "/v1/targets", { key })).status;
  expect([await use(one), await use(other)]).toEqual([200, 200]);
  expect((await world.api.send("DELETE", `/v1/api-keys/${body.items[0].id}`, { key: world.admin })).status).toBe(204);
  expect([await use(one), await use(other)].toSorted()).toEqual([200, 401]);
  expect((await world.api.send("DELETE", "/v1/identity-providers/github", { key: world.admin })).status).toBe(204);
  expect([await use(one), await use(other)]).toEqual([401, 401]);
  expectProblem(await exchange(github()), "unauthenticated");
});

test("where the trusts of two teams fit, the one that is named decides, and without a name none", async () => {
  await trust({ name: "other", team: "arena", rules: [{ ...main, role: "viewer" }] });
  const reply = await exchange(github());
  expectProblem(reply, "invalid-request");
  expect(reply.body).toMatchObject({ error: "invalid_target" });
  expect((await exchange(github(), { team: "arena" })).status).toBe(200);
  expect((await exchange(github(), { audience: "urn:pulumi:org:lobby" })).status).toBe(200);
  expectProblem(await exchange(github(), { audience: "urn:pulumi:org:rival" }), "unauthenticated");
});

test.each([
  ["a grant of another type", { grant_type: "refresh_token" }, "unsupported_grant_type"],
  ["a person's token", { requested_token_type: "urn:pulumi:token-type:access_token:personal" }, "invalid_request"],
  [
    "an access token as subject",
    { subject_token_type: "urn:ietf:params:oauth:token-type:access_token" },
    "invalid_request",
  ],
  ["a team within the team", { audience: "urn:pulumi:org:lobby", scope: "team:other" }, "invalid_scope"],
  ["a scope", { scope: "admin" }, "invalid_scope"],
  ["an audience of nothing", { audience: "https://example.com" }, "invalid_target"],
])("%s is refused in the words of the standard", async (_what, more, error) => {
  const reply = await exchange(github(), more);
  expect(reply.status).toBe(400);
  expect(reply.body).toMatchObject({ error, error_description: expect.any(String) });
});

test.each([
  ["an address without TLS", { issuer: "http://issuer.example.com" }, "/issuer"],
  ["an address with a password", { issuer: "https://a:b@issuer.example.com" }, "/issuer"],
  ["an address of a file", { issuer: "file:///etc/passwd" }, "/issuer"],
  ["keys without TLS", { jwksUri: "http://10.0.0.1/jwks" }, "/jwksUri"],
  ["a rule for admins", { rules: [{ ...main, role: "admin" }] }, "/rules/0/role"],
  ["a rule for any repository", { rules: [{ claims: { ref: "refs/heads/main" }, role: "viewer" }] }, "/rules/0/claims"],
  ["a rule for any owner", { rules: [{ claims: { repository: "**/game" }, role: "viewer" }] }, "/rules/0/claims"],
  [
    "a rule that gives what its role has not",
    { rules: [{ ...main, scope: { permissions: ["approve"] } }] },
    "/rules/0/scope/permissions",
  ],
  ["no rule", { rules: [] }, "/rules"],
  ["a life of a week", { maxTtlSeconds: 604_800 }, "/maxTtlSeconds"],
])("a trust with %s is not made", async (_what, body, pointer) => {
  const reply = await trust({ name: "other", ...body });
  expect(reply.status).toBe(400);
  expect(expectProblem(reply, "invalid-request")).toContain(pointer);
});

test("a trust is shown, listed, and made once under its name", async () => {
  const { body } = await world.api.send("GET", "/v1/identity-providers/github", { key: world.admin });
  expect(body).toMatchObject({
    name: "github",
    issuer: world.issuer.url,
    team: "lobby",
    rules: [main],
    maxTtlSeconds: 3_600,
  });
  expect((await world.api.send("GET", "/v1/identity-providers", { key: world.admin })).body.items).toEqual([body]);
  expectProblem(await trust({}), "already-exists");
});

test("an issuer's text does no harm: no line breaks in names, no fault by a zero", async () => {
  const reply = await exchange(github({ ref: "refs/heads/main", repository: "org/game", actor: "a\u0000b" }));
  expect(reply.status).toBe(200);
  await trust({ name: "other", team: "arena", rules: [{ claims: { sub: "odd/**" }, role: "viewer" }] });
  const odd = await exchange(world.issuer.token({ sub: "odd/\u0000\n\u001b[31m" }), { team: "arena" });
  expect(odd.status).toBe(200);
  const { body } = await world.api.send("GET", "/v1/api-keys?identityProvider=other", { key: world.admin });
  expect(body.items[0].name).toBe("other:odd/[31m");
  expectProblem(await exchange(github({ iss: "\u0000" })), "unauthenticated");
});

test("whoever tries many tokens from one address is slowed down", async () => {
  const own = await startApi({ app: { rateLimits: { perKey: 30_000, refusedPerAddress: 3 } } });
  const statuses: number[] = [];
  for (let index = 0; index < 5; index += 1) {
    statuses.push((await own.send("POST", "/v1/tokens/exchange", { body: { subject_token: "x" } })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  await own.close();
});

test.each<[string, object, string]>([
  ["who set it going, of GitHub", { actor: "OctoCat" }, "github:octocat"],
  [
    "the address, of GitLab",
    { actor: undefined, user_email: "Ada@Studio.example", user_login: "ada" },
    "github:ada@studio.example",
  ],
  ["the login, of GitLab", { actor: undefined, user_login: "Ada" }, "github:ada"],
  ["its subject, of any other", { actor: undefined }, "github:sub:repo:org/game:ref:refs/heads/main"],
  [
    "what is left when a claim cannot be seen through",
    { actor: "octo\u200bcat" },
    "github:sub:repo:org/game:ref:refs/heads/main",
  ],
  [
    "what is left when a claim looks like a subject",
    { actor: "sub:octocat" },
    "github:sub:repo:org/game:ref:refs/heads/main",
  ],
])("a pipeline's identity is what its issuer calls somebody: %s", async (_what, claims, person) => {
  expect((await exchange(github(claims))).status).toBe(200);
  const { body } = await world.api.send("GET", "/v1/api-keys?identityProvider=github", { key: world.admin });
  expect(body.items[0]).toMatchObject({ person });
});
