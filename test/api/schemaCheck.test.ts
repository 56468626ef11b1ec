import { expect, test } from "vitest";
import { checkAgainst } from "../../api/blueprints/schemaCheck.ts";
import { patternSchema } from "../support/patternSchema.ts";

test("a schema that would be compiled or matched for ever is given up on, and the service goes on", async () => {
  const inputs = { name: `${"a".repeat(40)}!` };
  const verdict = await checkAgainst({ schema: patternSchema("^(a+)+$"), inputs }, 1_500);
  expect(verdict).toMatchObject({ outcome: "no-schema", reason: "it takes over 1500 ms" });
});

test("hostile schemas wait for one another, and when many wait the next is told to try again", async () => {
  const schema = patternSchema("^(a+)+$");
  const inputs = { name: `${"a".repeat(40)}!` };
  const asked = Array.from({ length: 12 }, () => checkAgainst({ schema, inputs }, 100));
  const outcomes = await Promise.allSettled(asked);
  const refused = outcomes.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []));
  expect(refused).toEqual(["unavailable", "unavailable"]);
  expect(await checkAgainst({ schema, inputs: { name: "aa" } })).toMatchObject({ outcome: "fits" });
});

test("of a million faults the first hundred are told", async () => {
  const schema = { type: "object", properties: { list: { items: { enum: ["x".repeat(5_000)] } } } };
  const verdict = await checkAgainst({ schema, inputs: { list: Array.from({ length: 1_000 }, () => 1) } });
  expect(verdict).toMatchObject({ outcome: "faults", faults: { length: 100 } });
  expect(JSON.stringify(verdict).length).toBeLessThan(200_000);
});
