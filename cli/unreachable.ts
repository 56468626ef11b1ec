import { CliError } from "./cliError.ts";

/** What a person reads when no answer came at all, and what to look at. The request is not told: it has the key in it. */
export function unreachable(base: string, cause: unknown): CliError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && "code" in inner ? String(inner.code) : "";
  // OpenSSL writes a line of its own source behind what it says.
  const reason = code.startsWith("ERR_SSL_") ? code : inner instanceof Error ? inner.message : String(inner);
  return new CliError("unreachable", `${base} does not answer (${reason.split("\n")[0]}). ${hintFor(code)}`, { cause });
}

function hintFor(code: string): string {
  if (code.startsWith("ERR_SSL_")) return "Does it speak https? Set MERIDIAN_URL.";
  if (/CERT|SIGNATURE/.test(code))
    return "Where an authority of your own signed its certificate, name that one's file in NODE_EXTRA_CA_CERTS.";
  return 'Start the service with "npm start", or set MERIDIAN_URL.';
}
