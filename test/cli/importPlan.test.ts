import { expect, test } from "vitest";
import { type Found, IMPORTED_STATE, planImport } from "../../cli/moving/importPlan.ts";
import { plainReason, withoutPassword } from "../../cli/moving/sourceBackend.ts";
import { type ExportedState, factsOf, forService } from "../../cli/moving/sourceState.ts";

const facts = {
  resources: 2,
  provider: "passphrase",
  secrets: 1,
  pending: [],
  project: "shop",
  writtenAt: "2026-11-01T00:00:00Z",
  fingerprint: "aaaa",
};
const fresh: Found = { facts, lock: undefined, present: undefined, adopt: false };
const imported = (version: number, tag: string, importWasMade = true) => ({
  version,
  tags: { [IMPORTED_STATE]: tag },
  importWasMade,
});

test("a stack that is not in the service is imported", () => {
  expect(planImport(fresh)).toEqual({ do: "import" });
});

test.each([
  ["it is locked", { lock: "locked by alice" }, "locked by alice"],
  ["a step of it is pending", { facts: { ...facts, pending: ["creating urn:x"] } }, "creating urn:x"],
  ["another of its name is there", { present: { version: 3, tags: {}, importWasMade: undefined } }, "not overwritten"],
  ["the source went on", { present: imported(1, "1:bbbb") }, "--adopt"],
  ["both went on", { present: imported(4, "1:bbbb"), adopt: true }, "both went on"],
  ["somebody updated what a broken import left", { present: imported(1, "1:aaaa", false) }, "broke off"],
])("it is refused, with the reason, when %s", (_, found, reason) => {
  const step = planImport({ ...fresh, ...found });
  expect(step.do).toBe("refuse");
  expect(step.do === "refuse" && step.reason).toContain(reason);
});

test.each([
  ["as it was imported", imported(1, "1:aaaa")],
  ["after the service went on with it", imported(9, "1:aaaa")],
  ["that was empty", imported(0, "0:aaaa", false)],
])("a source that did not change is left alone, locked or not: %s", (_, present) => {
  expect(planImport({ ...fresh, present, lock: "locked" })).toEqual({ do: "nothing" });
});

test("an import that broke off is resumed; one whose source went on is adopted on demand", () => {
  expect(planImport({ ...fresh, present: imported(0, "1:aaaa", false) })).toEqual({ do: "resume" });
  expect(planImport({ ...fresh, present: imported(0, "1:bbbb", false) })).toEqual({ do: "resume" });
  expect(planImport({ ...fresh, present: imported(1, "1:bbbb"), adopt: true })).toEqual({ do: "adopt" });
});

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const state: ExportedState = {
  version: 3,
  deployment: {
    manifest: { time: "2026-11-01T00:00:00Z" },
    secrets_providers: { type: "passphrase", state: { salt: "v1:salt" } },
    resources: [{ urn: "urn:pulumi:live::shop::aws:x:Y::z", inputs: { password: secret, deep: [{ key: secret }] } }],
    pending_operations: [{ type: "creating", resource: { urn: "urn:pulumi:live::shop::aws:x:Y::w" } }],
  },
};

test("what is told of a state: its resources, secrets, steps that are not settled, and project", () => {
  expect(factsOf(state)).toMatchObject({
    resources: 1,
    secrets: 2,
    provider: "passphrase",
    project: "shop",
    pending: ["creating urn:pulumi:live::shop::aws:x:Y::w"],
  });
  expect(factsOf({ version: 3 })).toMatchObject({ resources: 0, secrets: 0, provider: undefined, pending: [] });
});

test("a state for the service names the service's secrets manager and not the one it came with", () => {
  const moved = forService(state, "https://meridian.example.com", { team: "a", project: "shop", stack: "live" });
  expect(moved.deployment?.secrets_providers).toEqual({
    type: "service",
    state: { url: "https://meridian.example.com", owner: "a", project: "shop", stack: "live" },
  });
  expect(JSON.stringify(moved)).not.toContain("v1:salt");
});

test("the password of a source is not said, as it was written or as it reads", () => {
  const url = "postgres://me:p%40ss@db:5432/state";
  expect(withoutPassword(url)).toBe("postgres://me:****@db:5432/state");
  expect(plainReason(`error: cannot open ${url}: p@ss is wrong`, url)).toBe(
    "cannot open postgres://me:****@db:5432/state: **** is wrong",
  );
});
