import { expect, test } from "vitest";
import { refusedTeardown } from "../../api/operations/teardown.ts";

const allowed = { deletes: 3, protectedUrns: [], verdicts: [] };
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

test("a teardown of what a program protects fails before anything is deleted, naming it and what to do", () => {
  const urn = "urn:pulumi:live::shop::aws:s3/bucket:Bucket::players";
  const end = refusedTeardown({ ...allowed, protectedUrns: [urn] });
  expect(end).toMatchObject({ status: "failed", error: { code: "operation-failed" } });
  expect(end?.error?.detail).toContain(urn);
  expect(end?.error?.detail).toContain("Nothing was deleted");
});

test("a teardown of a thousand protected things names the first of them and counts the others", () => {
  const protectedUrns = Array.from({ length: 1_000 }, (_, n) => `urn:pulumi:live::shop::aws:s3/bucket:Bucket::b${n}`);
  const detail = refusedTeardown({ ...allowed, protectedUrns })?.error?.detail ?? "";
  expect(detail).toContain("::b9 and 990 more");
  expect(detail.length).toBeLessThan(1_000);
});
