import type { UpdateRequest } from "../updates/updateRecord.ts";
import { SECRET_ROW, type Sealing } from "./sealing.ts";

/** A value of a configuration as `pulumi config --json --show-secrets` shows it and `pulumi config set-all --json` takes it. */
export interface OpenedValue {
  readonly value: string;
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** A secret that stands inside an object: a member of the one name `secure`. */
const STANDING = /\{\s*"secure":\s*"([A-Za-z0-9+/]+={0,2})"\s*\}/g;

/**
 * A configuration with its secrets in clear. A secret of another secrets manager stays out: its ciphertext is of use only in
 * the file that it came from.
 */
export function openConfig(
  sealing: Sealing,
  stackId: string,
  config: UpdateRequest["config"],
): Readonly<Record<string, OpenedValue>> {
  const open = (ciphertext: string): string | undefined => {
    try {
      return sealing.open({ stackId, row: SECRET_ROW }, Buffer.from(ciphertext, "base64"));
    } catch {
      return undefined; // of another secrets manager
    }
  };
  const opened = Object.entries(config).flatMap(([key, { string, secret, object }]) => {
    const value = secret ? (object ? openObject(string, open) : open(string)) : string;
    return value === undefined ? [] : [[key, { value, secret, ...(object && { objectValue: JSON.parse(value) }) }]];
  });
  return Object.fromEntries(opened);
}

function openObject(text: string, open: (ciphertext: string) => string | undefined): string | undefined {
  let sealed = false;
  const opened = text.replaceAll(STANDING, (_, ciphertext: string) => {
    const plain = open(ciphertext);
    sealed ||= plain === undefined;
    return JSON.stringify(plain ?? "");
  });
  return sealed ? undefined : opened;
}
