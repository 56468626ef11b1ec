import { createReadStream } from "node:fs";
import { CliError } from "../cliError.ts";
import type { FileSource } from "./gateOptions.ts";

/** @param file `-` for standard input. @throws CliError `source` that says where in the file it is no JSON */
export async function readDocumentFile({ kind, file }: FileSource): Promise<unknown> {
  const content = await readText(file);
  const { parseJson } = await import("../../policies/index.ts");
  const parsed = parseJson(content);
  if ("value" in parsed) return parsed.value;
  if (kind !== "events") throw new CliError("source", `${nameOf(file)}, ${parsed.fault}`);
  const events = content.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const event = parseJson(line);
    if ("value" in event) return [event.value];
    throw new CliError("source", `${nameOf(file)}, line ${index + 1}: this is no event of an engine`);
  });
  if (events.length === 0) throw new CliError("source", `${nameOf(file)} has no event in it. Did what writes it fail?`);
  return events;
}

/** A state of fifty thousand resources fits; the service takes 16 MiB. */
const MOST_BYTES = 256 * 1024 * 1024;

type Input = AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };

/** @throws CliError `source` for what cannot be read, is empty, or has no end */
export async function readText(file: string, standardInput: Input = process.stdin): Promise<string> {
  const piped = file === "-";
  if (piped && standardInput.isTTY)
    throw new CliError("source", "- is standard input, and nothing is piped into it. Name a file, or pipe one in.");
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of piped ? standardInput : createReadStream(file)) {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      if (size > MOST_BYTES) break;
    }
  } catch (cause) {
    throw new CliError("source", `${nameOf(file)} cannot be read (${codeOf(cause)}).`, { cause });
  }
  if (size > MOST_BYTES) throw new CliError("source", `${nameOf(file)} has more than 256 MiB, which is not read.`);
  if (size === 0) throw new CliError("source", `${nameOf(file)} is empty. Did what writes it fail?`);
  return new TextDecoder().decode(Buffer.concat(chunks)); // without the mark that some editors begin a file with
}

const nameOf = (file: string): string => (file === "-" ? "standard input" : file);
const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause
    ? `${cause.code}${cause.code === "EISDIR" ? ", it is a folder" : ""}`
    : String(cause);
