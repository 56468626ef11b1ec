import { expect, test } from "vitest";
import { refusedTeardown } from "../../api/operations/teardown.ts";

const dying = ["a", "b", "c"].map((name) => ({
  urn: `urn:pulumi:live::shop::aws:s3/bucket:Bucket::${name}`,
  type: "aws:s3/bucket:Bucket",
}));
const allowed = { dying, protectedUrns: [], verdicts: [] };
const verdict = { policy: "reliability-protect-data-stores", level: "mandatory", outcome: "fail" };

test("a teardown begins when no rule forbids it and no program protects anything", () => {
  expect(refusedTeardown(allowed)).toBeUndefined();
  const advice = { ...verdict, level: "advisory" };
  expect(refusedTeardown({ ...allowed, verdicts: [advice, { ...verdict, outcome: "unknown" }] })).toBeUndefined();
});

test("a teardown that a rule forbids is denied, naming each policy once", () => {
  expect(refusedTeardown({ ...allowed, verdicts: [verdict, verdict] })).toMatchObject({
    status: "policy-denied",
    error: { code: "policy-denied", detail: expect.stringMatching(/^Forbidden by reliability-protect-data-stores\. /) },
  });
});

test("a teardown that is refused lists what would have died, and how many that are", () => {
  const thousand = Array.from({ length: 1_000 }, (_, n) => ({ urn: `urn:${n}`, type: "t" }));
  const denied = refusedTeardown({ ...allowed, dying: thousand, verdicts: [verdict] })?.error;
  expect(denied).toMatchObject({ dyingCount: 1_000, detail: expect.stringContaining("/v1/exemptions") });
  expect(denied?.["dying"]).toHaveLength(200);
  expect(refusedTeardown({ ...allowed, protectedUrns: ["urn:0"] })?.error).toMatchObject({ dying, dyingCount: 3 });
});

test("a teardown of what a program protects fails before anything is deleted, naming it and what to do", () => {
  const urn = "urn:pulumi:live::shop::aws:s3/bucket:Bucket::players";
  const end = refusedTeardown({ ...allowed, protectedUrns: [urn] });
  expect(end).toMatchObject({ status: "failed", error: { code: "protected", status: 409 } });
  expect(end?.error?.detail).toContain(urn);
  expect(end?.error?.detail).toContain("Nothing was deleted");
});

test("a teardown of a thousand protected things names the first of them and counts the others", () => {
  const protectedUrns = Array.from({ length: 1_000 }, (_, n) => `urn:pulumi:live::shop::aws:s3/bucket:Bucket::b${n}`);
  const detail = refusedTeardown({ ...allowed, protectedUrns })?.error?.detail ?? "";
  expect(detail).toContain("::b9 and 990 more");
  expect(detail.length).toBeLessThan(1_000);
});
