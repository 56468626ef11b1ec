import { expect, test } from "vitest";
import { reachedAt } from "../../api/state/protocol/reachedAt.ts";

const stored = (provider: object | undefined) => ({
  version: 3,
  deployment: {
    manifest: { time: "", magic: "", version: "" },
    ...(provider && { secrets_providers: provider as { type: string } }),
  },
});
const state = { owner: "default", project: "arena", stack: "dev" };

test("a reader is given the service's address as it came itself, whoever wrote the state", () => {
  const written = stored({ type: "service", state: { ...state, url: "http://127.0.0.1:41001" } });
  expect(reachedAt(written, "https://meridian.example.com").deployment.secrets_providers).toEqual({
    type: "service",
    state: { ...state, url: "https://meridian.example.com" },
  });
});

test("other secrets managers, and none, are left as they are", () => {
  const passphrase = stored({ type: "passphrase", state: { salt: "v1:x" } });
  expect(reachedAt(passphrase, "https://a")).toBe(passphrase);
  const none = stored(undefined);
  expect(reachedAt(none, "https://a")).toBe(none);
});
