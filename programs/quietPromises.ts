import { createRequire } from "node:module";

interface Debuggable {
  debuggablePromise: (promise: unknown, context?: unknown) => unknown;
}

const quieted = new WeakSet<object>();

/**
 * The SDK takes and formats a stack trace for every promise it makes, to show it should one never settle: a quarter of the time of a large
 * program. Afterwards it takes none; errors of a program keep theirs. An SDK that no longer has that function is left as it is. Doing it
 * again changes nothing.
 *
 * @param from a module, by path or URL, that has the SDK which is meant
 */
export function quietPromises(from: string = import.meta.url): void {
  // The SDK is CommonJS: its own modules look the function up in these exports at each call.
  const debuggable: Partial<Debuggable> = createRequire(from)("@pulumi/pulumi/runtime/debuggable.js");
  const { debuggablePromise } = debuggable;
  if (debuggablePromise === undefined || quieted.has(debuggablePromise)) return;
  const quiet: Debuggable["debuggablePromise"] = (promise, context) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  quieted.add(quiet);
  debuggable.debuggablePromise = quiet;
}
