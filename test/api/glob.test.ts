import { expect, test } from "vitest";
import { matchesGlob } from "../../api/base/glob.ts";

test.each([
  ["launch", "launch", true],
  ["launch", "launch2", false],
  ["launch.*", "launch.sandbox.eu-west-1", true],
  ["launch.*", "launch2.sandbox.eu-west-1", false],
  ["*", "", true],
  ["a*c", "abbbc", true],
  ["a*c", "abbb", false],
  ["refs/heads/*", "refs/heads/main", true],
  ["refs/heads/*", "refs/heads/feature/x", false],
  ["refs/heads/**", "refs/heads/feature/x", true],
  ["org/*", "org/game", true],
  ["org/*", "organisation/game", false],
  ["org*", "org/game", false],
  ["a.c", "abc", false],
  ["[ab]", "a", false],
  ["**/prod", "shop/prod", true],
  ["é*", "éa", true],
])("%s against %s is %s", (pattern, text, fits) => {
  expect(matchesGlob(pattern, text)).toBe(fits);
});

test("a pattern of many stars takes no longer than its length times the text's", () => {
  const started = performance.now();
  expect(matchesGlob("*a".repeat(100), "a".repeat(5_000).concat("b"))).toBe(false);
  expect(performance.now() - started).toBeLessThan(2_000);
});
