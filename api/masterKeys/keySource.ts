/** A master key as the database holds it: unreadable without the root key that wrapped it. */
export interface WrappedKey {
  /** Names the root key, as the source knows it; no secret. */
  readonly root: string;
  readonly wrapped: Buffer;
}

/**
 * Custody of the root keys, which wrap the master keys of the database: a file, a setting, or a key management service that
 * never gives its keys away. Asked at start, at a rotation, and when another process has rotated; never on the way of a
 * request.
 */
export interface KeySource {
  readonly name: "file" | "environment" | "command";
  /**
   * @param purpose what the key is, such as `meridian master key 2`; bound to the result, so that one cannot be put in the
   * place of another
   */
  wrap(key: Buffer, purpose: string): Promise<WrappedKey>;
  /** @throws Error that names the root key that is missing, and what to do */
  unwrap(wrapped: WrappedKey, purpose: string): Promise<Buffer>;
  /** The master key of a database that has none on record; undefined to make a random one. */
  readonly first: Buffer | undefined;
  /** The file that was made just now: the operator must be told to back it up. */
  readonly madeAt: string | undefined;
}

export const KEY_BYTES = 32;
