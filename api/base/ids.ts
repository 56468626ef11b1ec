import { randomUUIDv7 } from "node:crypto";

export type IdPrefix =
  | "op"
  | "ro"
  | "key"
  | "tok"
  | "req"
  | "host"
  | "qu"
  | "div"
  | "ex"
  | "ge"
  | "bu"
  | "sx"
  | "pa"
  | "fi";

/** A new identifier: a UUIDv7 (RFC 9562: ordered by its time of making) behind a prefix that says of what. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomUUIDv7()}`;
}
