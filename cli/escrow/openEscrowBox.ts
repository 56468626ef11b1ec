import { createDecipheriv, createHash, createPublicKey, diffieHellman, hkdfSync, type KeyObject } from "node:crypto";
import { zstdDecompressSync } from "node:zlib";
import { z } from "zod";
import { CliError } from "../cliError.ts";

const MAGIC = "MERIDIAN ESCROW 1\n";
const INFO = "meridian escrow 1";
const RAW = 32;
const NONCE = 12;
const TAG = 16;
const LINE_FEED = 10;

const headerSchema = z.looseObject({ keyId: z.string().optional() });

export interface OpenedBox {
  readonly header: z.output<typeof headerSchema>;
  readonly content: string;
}

/** The raw public half of a private key. */
export function publicHalf(privateKey: KeyObject): Buffer {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return Buffer.from(x ?? "", "base64url");
}

/** How the service names a public key in what it seals. */
const keyIdOf = (publicKey: Buffer): string => createHash("sha256").update(publicKey).digest("hex").slice(0, 16);

/**
 * Opens a copy of the escrow; its layout is in docs/escrow.md.
 *
 * @throws CliError `bad-escrow` for what is no copy, was changed, or is sealed for another key
 */
export function openEscrowBox(file: Buffer, privateKey: KeyObject): OpenedBox {
  const { front, body, header } = split(file);
  const own = publicHalf(privateKey);
  if (header.keyId !== undefined && header.keyId !== keyIdOf(own))
    throw new CliError("bad-escrow", `it is sealed for another key, ${header.keyId}; this one is ${keyIdOf(own)}`);
  const ephemeral = body.subarray(0, RAW);
  try {
    const publicKey = createPublicKey({
      key: { kty: "OKP", crv: "X25519", x: ephemeral.toString("base64url") },
      format: "jwk",
    });
    const shared = diffieHellman({ privateKey, publicKey });
    const key = Buffer.from(hkdfSync("sha256", shared, Buffer.concat([ephemeral, own]), INFO, 32));
    const nonce = body.subarray(RAW, RAW + NONCE);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG });
    decipher.setAAD(front);
    decipher.setAuthTag(body.subarray(body.length - TAG));
    const packed = Buffer.concat([decipher.update(body.subarray(RAW + NONCE, body.length - TAG)), decipher.final()]);
    return { header, content: zstdDecompressSync(packed).toString("utf8") };
  } catch (cause) {
    throw new CliError("bad-escrow", "it does not open: it was changed, or is sealed for another key", { cause });
  }
}

function split(file: Buffer) {
  const end = file.indexOf(LINE_FEED, MAGIC.length);
  if (
    !file.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC)) ||
    end < 0 ||
    file.length < end + 1 + RAW + NONCE + TAG
  )
    throw new CliError("bad-escrow", "it is not a copy of an escrow, or it is cut");
  const header = headerSchema.safeParse(jsonOf(file.subarray(MAGIC.length, end)));
  if (!header.success) throw new CliError("bad-escrow", "its header cannot be read");
  return { front: file.subarray(0, end + 1), body: file.subarray(end + 1), header: header.data };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
