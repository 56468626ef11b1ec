import { randomUUIDv7 } from "node:crypto";

export type IdPrefix = "op" | "ro" | "key" | "req" | "host";

/** A new identifier: a UUIDv7 (RFC 9562: ordered by its time of making) behind a prefix that says of what. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomUUIDv7()}`;
}

const PATTERN = /^(op|ro|key|req|host)_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isId(value: string, prefix: IdPrefix): boolean {
  return PATTERN.test(value) && value.startsWith(`${prefix}_`);
}
