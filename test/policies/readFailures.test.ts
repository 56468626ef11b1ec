import { describe, expect, it } from "vitest";
import { readFailures } from "../../policies/index.ts";

const failed = { severity: "error", message: "error: resource 'fleet' has a problem: no such subnet\n" };

describe("readFailures", () => {
  it("finds what failed in a preview, and says that the rest is not judged", () => {
    expect(readFailures({ steps: [], diagnostics: [{ severity: "info", message: "hello" }, failed] })).toEqual([
      {
        pointer: "/diagnostics/1",
        detail: expect.stringMatching(/^The engine failed there, .*It said: error: resource 'fleet' has a problem/),
      },
    ]);
  });

  it("finds it among events too, whether they stand alone or in an object", () => {
    const events = [{ preludeEvent: {} }, { diagnosticEvent: failed }];
    expect(readFailures(events).map(({ pointer }) => pointer)).toEqual(["/1/diagnosticEvent"]);
    expect(readFailures({ events }).map(({ pointer }) => pointer)).toEqual(["/events/1/diagnosticEvent"]);
  });

  it("lets a preview pass that a pack refused: it has all its steps", () => {
    const refused = { severity: "error", message: "<{%reset%}>preview failed<{%reset%}>\n" };
    expect(readFailures({ steps: [], diagnostics: [refused] })).toEqual([]);
  });

  it.each([undefined, null, 7, "text", [], {}, { diagnostics: 7 }, { events: [null] }])(
    "finds nothing in %j",
    (given) => {
      expect(readFailures(given)).toEqual([]);
    },
  );
});
