import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { Problem } from "../../base/problem.ts";

/** Where the master key comes from. Old versions stay readable for as long as something is sealed under them. */
export interface Keyring {
  /** The version under which new things are sealed; 1 to 65535. */
  readonly version: number;
  /** The master key of a version, 32 bytes. Throws when there is none of that version. */
  masterKey(version: number): Buffer;
}

/** What a sealed value belongs to. Opened for any other stack or row it is refused. */
interface SealedPlace {
  readonly stackId: string;
  /** Which value of the stack: `secret`, `checkpoint/7`, `journal/<update>/12`, `event/<update>/3`. */
  readonly row: string;
}

export interface Sealing {
  seal(place: SealedPlace, content: string | Buffer): Buffer;
  /** @throws Problem `invalid-request` when the value was not sealed for this place, or was changed. */
  open(place: SealedPlace, sealed: Buffer): string;
  openBytes(place: SealedPlace, sealed: Buffer): Buffer;
  /** 16 bytes that tell equal content from other content to a holder of the key, and nothing to anyone else. */
  fingerprint(stackId: string, content: string): Buffer;
}

// Layout: format (1 byte), version of the master key (2), nonce (12), ciphertext, tag (16).
const PLAIN = 1;
const COMPRESSED = 2;
const HEADER = 3;
const NONCE = 12;
const TAG = 16;
/** Below this the frame of the compression costs more than it saves. */
const COMPRESS_FROM = 4096;
const MOST_CACHED_KEYS = 2_000;

/**
 * AES-256-GCM under a data key for each stack, derived by HKDF-SHA-256 from the master key and the stack's id. The
 * additional data bind stack, row, format and key version, so that nothing can be moved from one place to another.
 */
export function createSealing(keyring: Keyring): Sealing {
  const keys = new Map<string, Buffer>();

  function dataKey(stackId: string, version: number): Buffer {
    const name = `${version}/${stackId}`;
    const known = keys.get(name);
    if (known !== undefined) return known;
    const derived = Buffer.from(hkdfSync("sha256", keyring.masterKey(version), stackId, "meridian stack data key", 32));
    if (keys.size >= MOST_CACHED_KEYS) keys.clear();
    keys.set(name, derived);
    return derived;
  }

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
      const detail = "The value cannot be opened: it was sealed for another stack or place, or was changed.";
      throw new Problem("invalid-request", detail, { cause });
    }
  }

  return {
    seal(place, content) {
      const compress = content.length >= COMPRESS_FROM;
      const bytes = compress ? zstdCompressSync(content) : Buffer.from(content);
      const header = Buffer.alloc(HEADER);
      header.writeUInt8(compress ? COMPRESSED : PLAIN, 0);
      header.writeUInt16BE(keyring.version, 1);
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", dataKey(place.stackId, keyring.version), nonce);
      cipher.setAAD(binding(place, header));
      const ciphertext = cipher.update(bytes);
      cipher.final();
      return Buffer.concat([header, nonce, ciphertext, cipher.getAuthTag()]);
    },

    openBytes,
    open: (place, sealed) => openBytes(place, sealed).toString("utf8"),

    fingerprint: (stackId, content) =>
      createHmac("sha256", dataKey(stackId, keyring.version)).update(content).digest().subarray(0, 16),
  };
}

function binding(place: SealedPlace, header: Buffer): Buffer {
  return Buffer.concat([header, Buffer.from(`${place.stackId}\n${place.row}`, "utf8")]);
}
