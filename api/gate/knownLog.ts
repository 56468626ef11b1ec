import type { KnownResource } from "../../policies/index.ts";

/** A resource that has come or changed, or, without `resource`, is gone. */
export interface KnownChange {
  readonly urn: string;
  readonly type: string;
  readonly resource?: KnownResource;
}

/**
 * What a stack has, as changes in their order. A log only grows, so whoever has read a part of it needs the rest alone.
 */
export interface KnownLog {
  /** Names the log; another log has another id. */
  readonly id: string;
  readonly changes: readonly KnownChange[];
}
