/** How long things take. Real minutes are multiplied by `waitFactor`; each call takes `callMs` on top. */
export interface Latency {
  readonly profile: "none" | "fast" | "realistic" | "custom";
  readonly waitFactor: number;
  readonly callMs: number;
}

/** `fast` makes ten minutes one second: order and overlap stay as they are, nobody has to wait for them. */
export const LATENCIES = {
  none: { profile: "none", waitFactor: 0, callMs: 0 },
  fast: { profile: "fast", waitFactor: 1 / 600, callMs: 0 },
  realistic: { profile: "realistic", waitFactor: 1, callMs: 80 },
} as const satisfies Record<string, Latency>;

/** How often a provider asks again when it is throttled, and how long it waits in between. */
export interface Backoff {
  readonly attempts: number;
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The AWS provider tries 25 times with pauses up to 20 s (its `maxRetries`); compressed unless time is realistic. */
export function backoffOf(latency: Latency): Backoff {
  if (latency.profile === "realistic") return { attempts: 25, firstMs: 500, longestMs: 20_000 };
  return { attempts: 10, firstMs: 10, longestMs: 400 };
}

/** Exponential, with the upper half of each pause random, so that many callers do not come back at once. */
export function pauseMs(backoff: Backoff, attempt: number, fraction: number): number {
  const full = Math.min(backoff.longestMs, backoff.firstMs * 2 ** (attempt - 1));
  return full / 2 + (full / 2) * fraction;
}
