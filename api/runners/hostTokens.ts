import { createHash, timingSafeEqual } from "node:crypto";

/** Who may attach as a runner host. */
export interface HostTokens {
  /** The name of the token's holder; undefined for a token that is not known. */
  identify(token: string): string | undefined;
}

/** The tokens given, by the name of their holder. Compared in constant time. */
export function fixedHostTokens(tokens: Readonly<Record<string, string>>): HostTokens {
  const known = Object.entries(tokens).map(([name, token]) => ({ name, digest: digestOf(token) }));
  return {
    identify(token) {
      const given = digestOf(token);
      return known.find(({ digest }) => timingSafeEqual(digest, given))?.name;
    },
  };
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
