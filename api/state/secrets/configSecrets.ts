import type { UpdateRequest } from "../updates/updateRecord.ts";
import { renewSecrets, standingSecrets } from "./renewSecrets.ts";
import { SECRET_ROW, type Sealing, sealedVersion } from "./sealing.ts";

type Config = UpdateRequest["config"];

/** The secrets of a stack's configuration that the service sealed for the stack, as against another secrets manager. */
export interface ConfigSecrets {
  /** The oldest version of the master key among them; undefined without any. */
  oldestVersion(stackId: string, config: Config): number | undefined;
  /** The same configuration, each of them under the newest version. */
  renew(stackId: string, config: Config): Config;
}

export function createConfigSecrets(sealing: Sealing): ConfigSecrets {
  function open(stackId: string, ciphertext: string): { readonly version: number; readonly bytes: Buffer } | undefined {
    const sealed = Buffer.from(ciphertext, "base64");
    const version = sealedVersion(sealed);
    if (version === undefined) return undefined;
    try {
      return { version, bytes: sealing.openBytes({ stackId, row: SECRET_ROW }, sealed) };
    } catch {
      return undefined; // of another secrets manager, of another stack, or under a retired version
    }
  }

  return {
    oldestVersion(stackId, config) {
      const versions = Object.values(config)
        .flatMap(ciphertextsOf)
        .map((ciphertext) => open(stackId, ciphertext)?.version)
        .filter((version) => version !== undefined);
      return versions.length === 0 ? undefined : Math.min(...versions);
    },

    renew(stackId, config) {
      const renew = (ciphertext: string): string | undefined => {
        const opened = open(stackId, ciphertext);
        return opened && sealing.seal({ stackId, row: SECRET_ROW }, opened.bytes).toString("base64");
      };
      const renewed = Object.entries(config).map(([key, value]) => {
        if (!value.secret) return [key, value];
        const string = value.object ? renewSecrets(value.string, renew) : (renew(value.string) ?? value.string);
        return [key, { ...value, string }];
      });
      return Object.fromEntries(renewed);
    },
  };
}

/** An object's secrets stand inside it; the value of any other secret is one ciphertext. */
const ciphertextsOf = ({ string, secret, object }: Config[string]): readonly string[] =>
  secret ? (object ? standingSecrets(string) : [string]) : [];
