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
  const text = [engineDiagnostics(output.stdout), output.stderr]
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

/** Headings that follow the diagnostics in the engine's plain display. */
const nextHeading = /^(Outputs|Resources|Policies|Duration|Policy Violations)\b.*:?\s*$/;

function engineDiagnostics(stdout: string): string {
  const lines = stripVTControlCharacters(stdout).split("\n");
  const start = lines.lastIndexOf("Diagnostics:");
  if (start === -1) return lines.filter((line) => /\berror:/i.test(line)).join("\n");
  const length = lines.slice(start + 1).findIndex((line) => nextHeading.test(line));
  return lines.slice(start, length === -1 ? undefined : start + 1 + length).join("\n");
}
