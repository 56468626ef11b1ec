import { spawn } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { KEY_BYTES, type KeySource } from "./keySource.ts";

const base64 = z.base64().transform((text) => Buffer.from(text, "base64"));
const wrappedAnswer = z.object({ root: z.string().min(1).max(200), wrapped: base64 });
const unwrappedAnswer = z.object({
  key: base64.refine((key) => key.length === KEY_BYTES, `must be ${KEY_BYTES} bytes`),
});

/** A key management service that has not answered by then is away; in milliseconds. */
const PATIENCE_MS = 20_000;
const MOST_OUTPUT = 64 * 1024;

/**
 * A key management service behind a command. `<command> wrap` reads `{"key", "purpose"}` as JSON from its standard input
 * and answers `{"root", "wrapped"}`; `<command> unwrap` reads `{"root", "wrapped", "purpose"}` and answers `{"key"}`; bytes are
 * base64. Keys travel by pipes, never as arguments, and what the command prints is never repeated but for its complaint.
 *
 * @param command the absolute path of an executable file
 */
export function commandKeySource(command: string, patienceMs = PATIENCE_MS): KeySource {
  const ask = async <T extends z.ZodType>(verb: "wrap" | "unwrap", input: object, schema: T): Promise<z.output<T>> => {
    const answer = schema.safeParse(jsonOf(await run([command, verb], JSON.stringify(input), patienceMs)));
    if (answer.success) return answer.data;
    // The message of the schema names members and lengths; it never repeats a value.
    throw new Error(`${command} ${verb} does not answer as a key source does: ${z.prettifyError(answer.error)}`);
  };
  return {
    name: "command",
    first: undefined,
    madeAt: undefined,
    wrap: (key, purpose) => ask("wrap", { key: key.toString("base64"), purpose }, wrappedAnswer),
    unwrap: async ({ root, wrapped }, purpose) =>
      (await ask("unwrap", { root, wrapped: wrapped.toString("base64"), purpose }, unwrappedAnswer)).key,
  };
}

async function run([command, verb]: readonly [string, string], input: string, patienceMs: number): Promise<string> {
  const child = spawn(command, [verb], { stdio: ["pipe", "pipe", "pipe"], timeout: patienceMs, killSignal: "SIGKILL" });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
    if (stdout.length > MOST_OUTPUT) child.kill("SIGKILL");
  });
  child.stderr.on("data", (chunk) => {
    if (stderr.length < MOST_OUTPUT) stderr += String(chunk);
  });
  child.stdin.on("error", () => undefined); // a command that does not read its input says what is wrong by its exit code
  child.stdin.end(input);
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null]; // Node's own event
    if (code === 0) return stdout;
    const how = signal === null ? `ended with ${code}` : `was stopped after ${patienceMs} ms or too much output`;
    throw new Error(`${command} ${verb} ${how}: ${stderr.trim().slice(0, 500) || "it said nothing"}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES")
      throw new Error(`MERIDIAN_MASTER_KEY_COMMAND: ${command} cannot be run (${code}).`, { cause: error });
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
