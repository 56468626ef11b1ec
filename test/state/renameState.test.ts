import { expect, test } from "vitest";
import { renameState } from "../../api/state/deployments/renameState.ts";

const manifest = { time: "2026-01-01T00:00:00Z", magic: "", version: "" };
const from = { project: "game", name: "dev" };
const to = { project: "arena", name: "live" };
const old = (rest: string) => `urn:pulumi:dev::game::${rest}`;
const now = (rest: string) => `urn:pulumi:live::arena::${rest}`;
const PARENTS = "my:index:Group$test:index:Thing";
const REFERENCE = { "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e" };
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "AQAB" };

test("every reference of a state to its own resources is renamed, the root's name too, and nothing else", () => {
  const foreign = "urn:pulumi:dev::other::test:index:Thing::a";
  const resource = (urn: typeof old, root: string) => ({
    urn: urn(`${PARENTS}::a::b`),
    type: "test:index:Thing",
    parent: urn(`pulumi:pulumi:Stack::${root}`),
    provider: `${urn("pulumi:providers:test::default")}::04da6b54-80e4-46f7-96ec-b56ff0331ba9`,
    dependencies: [urn("test:index:Thing::c"), foreign],
    propertyDependencies: { size: [urn("test:index:Thing::c")] },
    aliases: [urn("test:index:Thing::former")],
    replaceWith: [urn("test:index:Thing::c")],
    deletedWith: urn("test:index:Thing::c"),
    viewOf: urn("test:index:Thing::c"),
    inputs: { peers: [{ ...REFERENCE, urn: urn("test:index:Thing::c") }], text: old("test:index:Thing::c") },
    outputs: { secret: SECRET },
    replacementTrigger: { peer: { ...REFERENCE, urn: urn("test:index:Thing::c") } },
  });
  const root = (urn: typeof old, name: string) => ({
    urn: urn(`pulumi:pulumi:Stack::${name}`),
    type: "pulumi:pulumi:Stack",
  });
  const state = (urn: typeof old, name: string, at: typeof from) => ({
    manifest,
    secrets_providers: {
      type: "service",
      state: { url: "http://localhost", owner: "t", project: at.project, stack: at.name },
    },
    resources: [root(urn, name), resource(urn, name)],
    pending_operations: [{ type: "creating" as const, resource: resource(urn, name) }],
  });
  expect(renameState(state(old, "game-dev", from), from, to)).toEqual(state(now, "arena-live", to));
});

test("a state whose secrets others keep is theirs still", () => {
  const provider = { type: "passphrase", state: { salt: "v1:x" } };
  expect(renameState({ manifest, secrets_providers: provider }, from, to)).toEqual({
    manifest,
    secrets_providers: provider,
  });
});
