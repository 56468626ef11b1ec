import { stripVTControlCharacters } from "node:util";

const LIMIT = 4_000;
const CENSOR = "[redacted]";

export interface EngineOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What a person needs of an engine's output to see why it ended: from standard output the part that the engine calls
 * diagnostics, and all of standard error. Without colours and without the given secrets; the last 4,000 characters.
 */
export function diagnosticsOf(output: EngineOutput, secrets: readonly string[]): string {
  const text = [engineDiagnostics(output.stdout), output.stderr.replace(greeting, "")]
    .map((part) => stripVTControlCharacters(part).trim())
    .filter((part) => part !== "")
    .join("\n");
  return redact(text, secrets).slice(-LIMIT);
}

/**
 * Names of environment variables whose values must not be shown. Addresses and regions are worth reading in an error,
 * so not every value is hidden.
 */
const secretName = /TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|KEY/i;
const SHORTEST_SECRET = 6;

export function secretValues(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env)
    .filter(([name, value]) => secretName.test(name) && value.length >= SHORTEST_SECRET)
    .map(([, value]) => value);
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((kept, secret) => (secret === "" ? kept : kept.replaceAll(secret, CENSOR)), text);
}

/** The first line of every engine with a token. */
const greeting = /^Logging in using access token from PULUMI_ACCESS_TOKEN\n/;

/** The sections of the engine's plain display that say what went wrong; a heading is what stands at a line's beginning. */
const wanted = /^(Policies|Diagnostics):/;
const heading = /^[A-Za-z]/;

function engineDiagnostics(stdout: string): string {
  const lines = stripVTControlCharacters(stdout).split("\n");
  let keeping = false;
  const kept = lines.filter((line) => {
    if (heading.test(line)) keeping = wanted.test(line);
    return keeping && line.trim() !== "";
  });
  return (kept.length > 0 ? kept : lines.filter((line) => /\berror:/i.test(line))).join("\n");
}
