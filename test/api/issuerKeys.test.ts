import { expect, test } from "vitest";
import { ecKey, githubClaims, rsaKey, startIssuer, type TestIssuer } from "../support/issuer.ts";
import { expectProblem } from "./apiHarness.ts";
import { useTokenWorld } from "./tokenWorld.ts";

const world = useTokenWorld();
const { exchange, github } = world;

test("a key of an elliptic curve serves too, and one that is too weak does not", async () => {
  const [curve, weak] = [ecKey("curve"), rsaKey("weak", 1_024)];
  world.issuer.keys = [curve, weak];
  expect((await exchange(world.issuer.token(githubClaims, curve))).status).toBe(200);
  expectProblem(await exchange(world.issuer.token(githubClaims, weak)), "unauthenticated");
});

test("a new key of the issuer is found, an unknown one makes the service ask at most every 30 seconds", async () => {
  expect((await exchange(github())).status).toBe(200);
  const asked = () => world.issuer.asked.filter((path) => path === "/jwks").length;
  expect(asked()).toBe(1);
  const next = rsaKey("next");
  world.issuer.keys = [...world.issuer.keys, next];
  for (let index = 0; index < 5; index += 1) {
    expectProblem(await exchange(world.issuer.token(githubClaims, next)), "unauthenticated");
  }
  expect(asked()).toBe(1);
  world.api.clock.advance(30_000);
  expect((await exchange(world.issuer.token(githubClaims, next))).status).toBe(200);
  expect(asked()).toBe(2);
});

test("a key that the issuer withdrew is forgotten after ten minutes", async () => {
  const [withdrawn] = world.issuer.keys;
  expect((await exchange(github())).status).toBe(200);
  world.issuer.keys = [rsaKey("next")];
  world.api.clock.advance(10 * 60_000);
  expectProblem(await exchange(world.issuer.token(githubClaims, withdrawn)), "unauthenticated");
});

test("while the issuer is away what is known of its keys serves for an hour, and without any it is 503", async () => {
  expect((await exchange(github())).status).toBe(200);
  world.issuer.answer = (_req, res) => {
    res.writeHead(500).end();
    return true;
  };
  world.api.clock.advance(59 * 60_000);
  expect((await exchange(github())).status).toBe(200);
  world.api.clock.advance(61_000);
  const reply = await exchange(github());
  expect([401, 503]).toContain(reply.status);
});

test("an issuer that sends the service elsewhere is not followed, though the very keys are there", async () => {
  const elsewhere = await startIssuer(() => world.api.clock.now());
  elsewhere.keys = world.issuer.keys;
  const sendsAway: TestIssuer["answer"] = (req, res) =>
    req.url === "/jwks" && !!res.writeHead(302, { location: `${elsewhere.url}/jwks` }).end();
  const namesAnother: TestIssuer["answer"] = (req, res) =>
    req.url !== "/jwks" && json(res, { issuer: world.issuer.url, jwks_uri: `${elsewhere.url}/jwks` });
  for (const answer of [sendsAway, namesAnother]) {
    world.issuer.answer = answer;
    const reply = await exchange(github());
    expectProblem(reply, "unavailable");
    expect(reply.body.detail).toContain(world.issuer.url);
    world.api.clock.advance(30_000);
  }
  expect(elsewhere.asked).toEqual([]);
  await elsewhere.close();
});

test.each<[string, TestIssuer["answer"]]>([
  [
    "says it is another",
    (_req, res) => json(res, { issuer: "https://other.example.com", jwks_uri: `${world.issuer.url}/jwks` }),
  ],
  [
    "answers with more than it takes",
    (req, res) =>
      req.url !== "/jwks" &&
      json(res, { issuer: world.issuer.url, jwks_uri: `${world.issuer.url}/jwks`, padding: "x".repeat(300 * 1024) }),
  ],
  ["answers what is no JSON", (_req, res) => !!res.end("<html>")],
])("an issuer that %s is not believed, and the answer says so", async (_what, answer) => {
  world.issuer.answer = answer;
  const reply = await exchange(github());
  expectProblem(reply, "unavailable");
  expect(reply.body.detail).toContain(world.issuer.url);
});

function json(res: { end(text: string): unknown }, body: unknown): boolean {
  res.end(JSON.stringify(body));
  return true;
}
