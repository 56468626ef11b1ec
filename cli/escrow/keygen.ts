import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { CliError } from "../cliError.ts";
import { publicHalf } from "./openEscrowBox.ts";

/**
 * Makes the key pair of an escrow: the private half into a file of mode 0600 (PKCS #8, PEM), which must not be there yet.
 *
 * @returns the public half, 32 bytes in base64, for the service's settings
 * @throws CliError `bad-option` when the file cannot be made
 */
export async function makeEscrowKey(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync("x25519");
  try {
    await writeFile(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  } catch (cause) {
    throw new CliError("bad-option", `The private key cannot be written to ${file}: ${messageOf(cause)}`, { cause });
  }
  return publicHalf(privateKey).toString("base64");
}

/** @throws CliError `bad-option` for a file that is no such key, or that others may read */
export async function readEscrowKey(file: string): Promise<KeyObject> {
  let pem: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, "0");
      throw new Error(`it has mode ${shown}: others may read it. Set it with chmod 600`);
    }
    pem = await readFile(file, "utf8");
  } catch (cause) {
    throw new CliError("bad-option", `The private key ${file} cannot be used: ${messageOf(cause)}.`, { cause });
  }
  const key = keyIn(pem);
  if (key?.asymmetricKeyType === "x25519") return key;
  throw new CliError("bad-option", `${file} does not hold what \`meridian escrow keygen\` writes.`);
}

function keyIn(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined; // the caller says which file it is; OpenSSL's words say nothing to a person
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
