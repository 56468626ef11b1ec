import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { loadHandler } from "./loadHandler.ts";

const { handle, issuerKeys } = await loadHandler("authorise");
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const other = generateKeyPairSync("rsa", { modulusLength: 2048 });

const issuer = "https://id.example.com/";
const now = () => Date.parse("2026-12-24T12:00:00Z");
const seconds = now() / 1000;
const claims = { iss: issuer, aud: "game", sub: "anna", exp: seconds + 600 };
const jwk = { ...publicKey.export({ format: "jwk" }), kid: "one" };
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

function token(body: unknown = claims, head: unknown = { alg: "RS256", kid: "one" }, key = privateKey): string {
  const signed = `${part(head)}.${part(body)}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}

async function effectOf(given: string | undefined): Promise<string | undefined> {
  const keyOf = async (kid: string) => (kid === "one" ? jwk : undefined);
  const event = {
    methodArn: "arn:aws:execute-api:eu-west-1:000000000000:a/live/$connect",
    queryStringParameters: given === undefined ? undefined : { token: given },
  };
  const { policyDocument } = await handle(event, { keyOf, issuer, audiences: ["game", "console"], now });
  return policyDocument.Statement[0]?.Effect;
}

describe("the judge of tokens", () => {
  it.each([
    ["a token of the issuer for one of the audiences", token()],
    ["a token for several audiences", token({ ...claims, aud: ["other", "console"] })],
  ])("lets %s in", async (_, given) => {
    expect(await effectOf(given)).toBe("Allow");
  });

  it.each<[string, string | undefined]>([
    ["no token", undefined],
    ["no token at all", ""],
    ["nonsense", "a.b.c"],
    ["a token of another issuer", token({ ...claims, iss: "https://evil.example.com/" })],
    ["a token for somebody else", token({ ...claims, aud: "bank" })],
    ["a token that has ended", token({ ...claims, exp: seconds - 1 })],
    ["a token without an end", token({ ...claims, exp: undefined })],
    ["a token that has not begun", token({ ...claims, nbf: seconds + 60 })],
    ["a token signed by another key", token(claims, { alg: "RS256", kid: "one" }, other.privateKey)],
    ["a token with a key nobody knows", token(claims, { alg: "RS256", kid: "two" })],
    ["a token that says it needs no signature", `${part({ alg: "none", kid: "one" })}.${part(claims)}.`],
    ["a token that chooses another algorithm", token(claims, { alg: "HS256", kid: "one" })],
    ["a token whose content was changed", token().replace(/\.[^.]+\./, `.${part({ ...claims, sub: "eve" })}.`)],
  ])("keeps %s out", async (_, given) => {
    expect(await effectOf(given)).toBe("Deny");
  });

  it("asks the issuer for its keys once, and not again for each invented key", async () => {
    const asked: string[] = [];
    const fetchJson = async (url: string) => {
      asked.push(url);
      return url.endsWith("configuration") ? { jwks_uri: "https://id.example.com/keys" } : { keys: [jwk] };
    };
    let time = 0;
    const keyOf = issuerKeys(issuer, fetchJson, () => time);
    expect(await keyOf("one")).toEqual(jwk);
    for (const invented of ["x", "y", "z"]) expect(await keyOf(invented)).toBeUndefined();
    expect(asked).toEqual(["https://id.example.com/.well-known/openid-configuration", "https://id.example.com/keys"]);
    time = 61_000;
    await keyOf("x");
    expect(asked).toHaveLength(4);
  });
});
