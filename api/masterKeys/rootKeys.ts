import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { KeySource } from "./keySource.ts";
import { KEY_BYTES } from "./keySource.ts";

const NONCE = 12;
const TAG = 16;

/**
 * Root keys that this process holds itself. The first of them wraps, all of them unwrap: so a new one is put in front of
 * the old one, and the old one is taken away when nothing is wrapped under it any more.
 *
 * @param text 32 bytes in base64 each, separated by white space or commas
 * @throws Error when there is none, or one is not a key
 */
export function rootKeys(
  text: string,
  origin: Pick<KeySource, "name" | "madeAt"> & { readonly where: string },
): KeySource {
  const keys = text
    .split(/[\s,]+/)
    .filter((word) => word !== "")
    .map((word) => Buffer.from(word, "base64"));
  const wrong = keys.find((key) => key.length !== KEY_BYTES);
  if (wrong !== undefined)
    throw new Error(
      `The master key in ${origin.where} holds ${wrong.length} bytes; each must be ${KEY_BYTES} in base64.`,
    );
  const [current] = keys;
  if (current === undefined) throw new Error(`There is no master key in ${origin.where}: put it back from its backup.`);
  const byName = new Map(keys.map((key) => [nameOf(key), key]));
  return {
    name: origin.name,
    madeAt: origin.madeAt,
    first: keys.at(-1),
    async wrap(key, purpose) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", wrappingKey(current), nonce);
      cipher.setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
      return { root: nameOf(current), wrapped: Buffer.concat([nonce, sealed, cipher.getAuthTag()]) };
    },
    async unwrap({ root, wrapped }, purpose) {
      const key = byName.get(root);
      if (key === undefined)
        throw new Error(
          `The ${purpose} is wrapped under the root key ${root}, and ${origin.where} has ${[...byName.keys()].join(", ")}. Put the missing key back, as one more line.`,
        );
      const decipher = createDecipheriv("aes-256-gcm", wrappingKey(key), wrapped.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG));
      return Buffer.concat([decipher.update(wrapped.subarray(NONCE, wrapped.length - TAG)), decipher.final()]);
    },
  };
}

/** Sixteen hexadecimal digits that tell keys apart and nothing about them. */
const nameOf = (key: Buffer): string =>
  createHmac("sha256", key).update("meridian root key name").digest("hex").slice(0, 16);

/** The root key itself is the first master key of older databases, so another one is derived to wrap with. */
const wrappingKey = (key: Buffer): Buffer =>
  Buffer.from(hkdfSync("sha256", key, "", "meridian root key wrapping", KEY_BYTES));
