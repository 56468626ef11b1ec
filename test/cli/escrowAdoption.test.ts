import { expect, test } from "vitest";
import { verdictOn } from "../../cli/escrow/adoptStacks.ts";

const lineage = [
  { version: 3, update: "c" },
  { version: 2, update: "b" },
  { version: 1, update: "a" },
];
const known = { project: "shop", name: "live", lineage, digest: "" };
const at = (version: number, update: string, running = false) => ({ version, update, running });

test.each([
  ["nothing happened anywhere", at(3, "c"), false, "unchanged"],
  ["only the folder moved", at(3, "c"), true, "adopt"],
  ["only the service moved", at(4, "d"), false, "unchanged"],
  ["both moved", at(4, "d"), true, "conflict"],
  ["the service is restored from an older backup, and the folder stood still", at(2, "b"), false, "adopt"],
  ["the service is restored from an older backup, and the folder moved", at(2, "b"), true, "adopt"],
  [
    "the service is restored from an older backup and made another version of the same number",
    at(3, "x"),
    true,
    "conflict",
  ],
  ["the service is restored from before the first update", undefined, true, "adopt"],
  ["an update is running in the service", at(3, "c", true), true, "refused"],
  ["the service does not have the stack", "absent", true, "missing"],
] as const)("%s", (_, standing, changed, expected) => {
  const verdict = verdictOn({ standing, known, changed, makeMissing: false });
  expect(typeof verdict === "string" ? verdict : verdict.outcome).toBe(expected);
});

test("a stack that was made in the folder is new to the service, and in conflict with another one of its name", () => {
  const facts = { known: undefined, changed: true, makeMissing: false };
  expect(verdictOn({ ...facts, standing: "absent" })).toBe("adopt");
  expect(verdictOn({ ...facts, standing: at(1, "a") })).toMatchObject({ outcome: "conflict" });
});

test("a stack that the service does not have is made when somebody says so", () => {
  expect(verdictOn({ standing: "absent", known, changed: false, makeMissing: true })).toBe("adopt");
});
