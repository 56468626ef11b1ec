import { createRequire } from "node:module";
import { afterEach, expect, it } from "vitest";
import { quietPromises } from "../../programs/quietPromises.ts";

const debuggable = createRequire(import.meta.url)("@pulumi/pulumi/runtime/debuggable.js") as {
  // The SDK's own module, which has no types.
  debuggablePromise: (promise: Promise<unknown>, context: string) => Promise<unknown>;
};
const original = debuggable.debuggablePromise;
afterEach(() => {
  debuggable.debuggablePromise = original;
});

interface Traced extends Promise<unknown> {
  readonly _debugStackTrace?: string;
}

/** The frames that the SDK keeps with a promise. */
async function framesKept(): Promise<number> {
  const promise: Traced = Promise.resolve(1);
  expect(await debuggable.debuggablePromise(promise, "a promise")).toBe(1);
  return promise._debugStackTrace?.match(/^ {4}at /gm)?.length ?? 0;
}

it("keeps the SDK from tracing its promises, while errors of a program keep their frames", async () => {
  expect(await framesKept()).toBeGreaterThan(0);
  quietPromises();
  quietPromises();
  expect(await framesKept()).toBe(0);
  expect(new Error("of a program").stack).toContain("quietPromises.test.ts");
});

it("leaves an SDK alone that no longer has the function", () => {
  const without: Partial<typeof debuggable> = debuggable;
  delete without.debuggablePromise;
  quietPromises();
  expect(without.debuggablePromise).toBeUndefined();
});
