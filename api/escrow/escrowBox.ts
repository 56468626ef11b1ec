import {
  createCipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { zstdCompressSync } from "node:zlib";

/** Seals for the holder of the escrow's private key, whom the service is not: it cannot open what it has sealed. */
export interface EscrowBox {
  /** Names the public key: sixteen hexadecimal digits. */
  readonly keyId: string;
  /**
   * @param header what may be read without the key; JSON, on one line; bound to the content
   * @returns the file: a line that says what it is, the header's line, then ephemeral public key (32 bytes), nonce (12),
   *   ciphertext, tag (16); AES-256-GCM over zstd, under HKDF-SHA-256 of the X25519 secret. docs/escrow.md has it for others.
   */
  seal(header: Readonly<Record<string, unknown>>, content: string): Buffer;
}

const ESCROW_MAGIC = "MERIDIAN ESCROW 1";
const INFO = "meridian escrow 1";
const NONCE = 12;

/** @param publicKey 32 bytes in base64, as `meridian escrow keygen` prints them */
export function createEscrowBox(publicKey: string): EscrowBox {
  const raw = Buffer.from(publicKey, "base64");
  const recipient = publicKeyOf(raw);
  return {
    keyId: createHash("sha256").update(raw).digest("hex").slice(0, 16),
    seal(header, content) {
      const ephemeral = generateKeyPairSync("x25519");
      const ephemeralRaw = rawOf(ephemeral.publicKey);
      const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
      const key = Buffer.from(hkdfSync("sha256", shared, Buffer.concat([ephemeralRaw, raw]), INFO, 32));
      const front = Buffer.from(`${ESCROW_MAGIC}\n${JSON.stringify(header)}\n`);
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      cipher.setAAD(front);
      const sealed = Buffer.concat([cipher.update(zstdCompressSync(content)), cipher.final()]);
      return Buffer.concat([front, ephemeralRaw, nonce, sealed, cipher.getAuthTag()]);
    },
  };
}

const publicKeyOf = (raw: Buffer): KeyObject =>
  createPublicKey({ key: { kty: "OKP", crv: "X25519", x: raw.toString("base64url") }, format: "jwk" });

function rawOf(key: KeyObject): Buffer {
  const { x } = key.export({ format: "jwk" });
  if (x === undefined) throw new Error("an X25519 key has a coordinate");
  return Buffer.from(x, "base64url");
}
