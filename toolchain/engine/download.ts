import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { ToolchainError } from "./toolchainError.ts";

export interface DownloadLimits {
  /** From the request to the first byte of the answer: a machine without internet must get on to the next way in seconds. */
  readonly firstByteMs: number;
  /** Between two pieces of the answer. */
  readonly stallMs: number;
}

export interface DownloadOptions {
  readonly fetch: typeof fetch;
  readonly limits: DownloadLimits;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (received: number) => void;
}

/**
 * Writes what a URL answers into a file and gives its SHA-512 in hex.
 *
 * @throws ToolchainError `download-failed` when the server cannot be reached or answers no, `download-stalled` when a limit
 * passed; the signal's reason when aborted.
 */
export async function downloadFile(url: string, file: string, options: DownloadOptions): Promise<string> {
  const hash = createHash("sha512");
  const handle = await open(file, "w", 0o600);
  let received = 0;
  try {
    await receive(url, options, async (piece) => {
      hash.update(piece);
      await handle.write(piece);
      received += piece.byteLength;
      options.onBytes?.(received);
    });
  } finally {
    await handle.close();
  }
  return hash.digest("hex");
}

/** The text a URL answers; errors as for `downloadFile`. */
export async function downloadText(url: string, options: DownloadOptions): Promise<string> {
  const pieces: Uint8Array[] = [];
  await receive(url, options, async (piece) => {
    pieces.push(piece);
  });
  return Buffer.concat(pieces).toString("utf8");
}

async function receive(
  url: string,
  options: DownloadOptions,
  onPiece: (piece: Uint8Array) => Promise<void>,
): Promise<void> {
  options.signal?.throwIfAborted();
  const watchdog = new AbortController();
  const signal = options.signal === undefined ? watchdog.signal : AbortSignal.any([options.signal, watchdog.signal]);
  let timer = setTimeout(() => watchdog.abort(), options.limits.firstByteMs);
  try {
    const response = await options.fetch(url, { signal, redirect: "follow" });
    if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`);
    for await (const piece of response.body) {
      clearTimeout(timer);
      await onPiece(piece);
      timer = setTimeout(() => watchdog.abort(), options.limits.stallMs);
    }
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (watchdog.signal.aborted)
      throw new ToolchainError("download-stalled", `${url} did not answer in time`, { cause });
    throw new ToolchainError("download-failed", `${url} could not be fetched: ${reasonOf(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** What `fetch` throws says only "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
