import type { Clock } from "./clock.ts";

/** A token bucket: so many calls a second for ever, and so many at once after a rest. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Generous: an ordinary stack of some hundred resources never meets it, a runaway loop does. */
export const DEFAULT_RATE_LIMIT: RateLimit = { perSecond: 500, burst: 2000 };

export interface RateLimits {
  /** Takes one call out of the bucket of this account, region and service; false when it is empty. */
  take(account: string, region: string, service: string): boolean;
}

interface Bucket {
  tokens: number;
  at: number;
}

export function createRateLimits(clock: Clock, limit: RateLimit): RateLimits {
  const buckets = new Map<string, Bucket>();
  return {
    take: (account, region, service) => {
      const key = `${account}/${region}/${service}`;
      const now = clock.now();
      const bucket = buckets.get(key) ?? { tokens: limit.burst, at: now };
      const refilled = bucket.tokens + (Math.max(0, now - bucket.at) * limit.perSecond) / 1000;
      const tokens = Math.min(limit.burst, refilled);
      buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
      return tokens >= 1;
    },
  };
}
