import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";
import type { z } from "zod";
import { Problem } from "../../base/problem.ts";

/** The most that a body may have once unpacked: a state of some 50,000 resources. */
export const BODY_LIMIT = 128 * 1024 * 1024;
/** Below this, unpacking takes less time than handing it to another thread. */
const UNPACK_HERE = 256 * 1024;

const unpackElsewhere = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/**
 * Reads a JSON body, gzipped or not; undefined when there is none.
 *
 * @throws Problem `malformed-json`, `body-too-large`, `unsupported-media-type`
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<unknown> {
  const raw = await collect(request, limit);
  const bytes = await unpack(raw, request.headers["content-encoding"], limit);
  if (bytes.length === 0) return undefined;
  if (isTooDeep(bytes)) throw new Problem("malformed-json", `The body is nested deeper than ${DEEPEST} levels.`);
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch (cause) {
    throw new Problem("malformed-json", "The body is not valid JSON.", { cause });
  }
}

/** What Node reads it cannot always write again: its stack ends at some thousands of levels. */
const DEEPEST = 1_000;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const opens = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
const closes = (byte: number): boolean => byte === 0x5d || byte === 0x7d;

function isTooDeep(bytes: Buffer): boolean {
  if (bytes.length < 2 * DEEPEST) return false;
  let depth = 0;
  let quoted = false;
  for (let place = 0; place < bytes.length; place += 1) {
    const byte = bytes[place] ?? 0;
    if (quoted && byte === BACKSLASH) place += 1;
    else if (byte === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (opens(byte)) depth += 1;
    else if (closes(byte)) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

async function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function unpack(raw: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  if (encoding === undefined || encoding === "identity" || raw.length === 0) return raw;
  if (encoding !== "gzip")
    throw new Problem(
      "unsupported-media-type",
      `The content encoding ${encoding} is not understood: send gzip or none.`,
    );
  try {
    const options = { maxOutputLength: limit };
    return raw.length < UNPACK_HERE ? gunzipSync(raw, options) : await unpackElsewhere(raw, options);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit);
    throw new Problem("malformed-json", "The body is not valid gzip.", { cause });
  }
}

const tooLarge = (limit: number): Problem =>
  new Problem("body-too-large", `The body is over the limit of ${limit} bytes.`, { facts: { limit } });

/** @throws Problem `invalid-request` with a pointer to each fault */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, 10).map(({ path, message }) => ({
    pointer: `/${path.map(String).join("/")}`,
    detail: message,
  }));
  const detail = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("; ");
  throw new Problem("invalid-request", `The body does not fit: ${detail}.`, { errors });
}
