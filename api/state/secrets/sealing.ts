import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { isProblem, Problem } from "../../base/problem.ts";
import { renewSecrets } from "./renewSecrets.ts";

/** The master keys. Old versions stay readable for as long as something is sealed under them. */
export interface Keyring {
  /** The version under which new things are sealed; 1 to 65535. It rises while the process runs. */
  readonly version: number;
  /** The oldest version that can still be read. */
  readonly oldest: number;
  /**
   * The master key of a version, 32 bytes.
   *
   * @throws Problem `too-many-requests` for one that this process has not learnt of yet, `invalid-request` for one that is
   *   retired
   */
  masterKey(version: number): Buffer;
  /** What fingerprints are made under, 32 bytes: it stays when the version rises, so that they stay comparable. */
  readonly fingerprintKey: Buffer;
}

/** What a sealed value belongs to. Opened for any other stack or row it is refused. */
export interface SealedPlace {
  readonly stackId: string;
  /** Which value of the stack: `secret`, `checkpoint/7`, `journal/<update>/12`, `event/<update>/3`. */
  readonly row: string;
}

export interface Sealing {
  /**
   * Seals under the newest version. Secrets that stand sealed inside a text are renewed with it while older versions are
   * about: nothing is under a version that holds something under an older one.
   */
  seal(place: SealedPlace, content: string | Buffer): Buffer;
  /**
   * @throws Problem `invalid-request` when the value was not sealed for this place, was changed, or is under a retired
   *   version; `too-many-requests` when it is under one that this process learns of in a moment
   */
  open(place: SealedPlace, sealed: Buffer): string;
  openBytes(place: SealedPlace, sealed: Buffer): Buffer;
  /** 16 bytes that tell equal content from other content to a holder of the key, and nothing to anyone else. */
  fingerprint(stackId: string, content: string): Buffer;
}

/** The row of a secret that the service sealed for a client: those of its configuration and inside its state. */
export const SECRET_ROW = "secret";

// Layout: format (1 byte), version of the master key (2), nonce (12), ciphertext, tag (16).
const PLAIN = 1;
const COMPRESSED = 2;
const HEADER = 3;
const NONCE = 12;
const TAG = 16;
/** Below this the frame of the compression costs more than it saves. */
const COMPRESS_FROM = 4096;
const MOST_CACHED_KEYS = 2_000;

/** The version that a value says it is sealed under; undefined for what cannot be a sealed value. */
export function sealedVersion(value: Buffer): number | undefined {
  if (value.length < HEADER + NONCE + TAG) return undefined;
  const format = value.readUInt8(0);
  return format === PLAIN || format === COMPRESSED ? value.readUInt16BE(1) : undefined;
}

/**
 * AES-256-GCM under a data key for each stack, derived by HKDF-SHA-256 from the master key and the stack's id. The
 * additional data bind stack, row, format and key version, so that nothing can be moved from one place to another.
 */
export function createSealing(keyring: Keyring): Sealing {
  const keys = new Map<string, KeyObject>();

  // As an object, a key is expanded once: sealing a short value takes less than half the time that it takes with bytes.
  function derived(name: string, master: Buffer, stackId: string): KeyObject {
    const known = keys.get(name);
    if (known !== undefined) return known;
    const key = createSecretKey(Buffer.from(hkdfSync("sha256", master, stackId, "meridian stack data key", 32)));
    if (keys.size >= MOST_CACHED_KEYS) keys.clear();
    keys.set(name, key);
    return key;
  }

  // The ring is asked each time, so that a retired version opens nothing though its keys are still at hand.
  const dataKey = (stackId: string, version: number): KeyObject =>
    derived(`${version}/${stackId}`, keyring.masterKey(version), stackId);

  function openBytes(place: SealedPlace, sealed: Buffer): Buffer {
    try {
      if (sealed.length < HEADER + NONCE + TAG) throw new RangeError("too short");
      const header = sealed.subarray(0, HEADER);
      const nonce = sealed.subarray(HEADER, HEADER + NONCE);
      const key = dataKey(place.stackId, header.readUInt16BE(1));
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG });
      decipher.setAAD(binding(place, header));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
      const bytes = decipher.update(sealed.subarray(HEADER + NONCE, sealed.length - TAG));
      decipher.final();
      return header.readUInt8(0) === COMPRESSED ? zstdDecompressSync(bytes) : bytes;
    } catch (cause) {
      if (isProblem(cause)) throw cause;
      const detail = "The value cannot be opened: it was sealed for another stack or place, or was changed.";
      throw new Problem("invalid-request", detail, { cause });
    }
  }

  function seal(place: SealedPlace, content: string | Buffer): Buffer {
    const { version } = keyring;
    const renews = typeof content === "string" && keyring.oldest < version;
    const current = renews ? renewSecrets(content, (ciphertext) => renewed(place.stackId, ciphertext)) : content;
    const compress = current.length >= COMPRESS_FROM;
    const bytes = compress ? zstdCompressSync(current) : Buffer.from(current);
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(compress ? COMPRESSED : PLAIN, 0);
    header.writeUInt16BE(version, 1);
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv("aes-256-gcm", dataKey(place.stackId, version), nonce);
    cipher.setAAD(binding(place, header));
    const ciphertext = cipher.update(bytes);
    cipher.final();
    return Buffer.concat([header, nonce, ciphertext, cipher.getAuthTag()]);
  }

  /** A secret under an older version under the newest; undefined for one that is under it, or is not of our sealing. */
  function renewed(stackId: string, ciphertext: string): string | undefined {
    const sealed = Buffer.from(ciphertext, "base64");
    const version = sealedVersion(sealed);
    if (version === undefined || version >= keyring.version) return undefined;
    const place = { stackId, row: SECRET_ROW };
    try {
      return seal(place, openBytes(place, sealed)).toString("base64");
    } catch {
      return undefined; // of another secrets manager, or of another stack
    }
  }

  return {
    seal,
    openBytes,
    open: (place, sealed) => openBytes(place, sealed).toString("utf8"),
    fingerprint: (stackId, content) =>
      createHmac("sha256", derived(`0/${stackId}`, keyring.fingerprintKey, stackId))
        .update(content)
        .digest()
        .subarray(0, 16),
  };
}

function binding(place: SealedPlace, header: Buffer): Buffer {
  return Buffer.concat([header, Buffer.from(`${place.stackId}\n${place.row}`, "utf8")]);
}
