/** Where the copies are kept: a folder, or a store of objects. Names are paths with slashes; a name is written whole or not at all. */
export interface EscrowFolder {
  /** For messages. */
  readonly place: string;
  /** Durable when it returns. */
  put(name: string, bytes: Buffer): Promise<void>;
  /** @returns undefined when there is nothing of that name */
  get(name: string): Promise<Buffer | undefined>;
  /** The names directly under a prefix that ends with a slash, in order; without the prefix. */
  list(prefix: string): Promise<readonly string[]>;
  remove(name: string): Promise<void>;
}
