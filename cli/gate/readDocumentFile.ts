import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { CliError } from "../cliError.ts";
import type { GateSource } from "./gateOptions.ts";

type FileSource = Extract<GateSource, { readonly file: string }>;

/** @param file `-` for standard input. @throws CliError `source` that says where in the file it is no JSON */
export async function readDocumentFile({ kind, file }: FileSource): Promise<unknown> {
  const content = await readText(file);
  const { parseJson } = await import("../../policies/index.ts");
  const parsed = parseJson(content);
  if ("value" in parsed) return parsed.value;
  if (kind !== "events") throw new CliError("source", `${file}, ${parsed.fault}`);
  return content.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const event = parseJson(line);
    if ("value" in event) return [event.value];
    throw new CliError("source", `${file}, line ${index + 1}: this is no event of an engine`);
  });
}

/** @throws CliError `source` */
export async function readText(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  return readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new CliError("source", `${file} cannot be read (${cause.code}).`, { cause });
  });
}
