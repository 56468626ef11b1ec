import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { AcquireContext } from "./acquireContext.ts";
import { downloadFile, downloadText } from "./download.ts";
import { checksumOf, releaseArchive } from "./releaseArchive.ts";
import { ToolchainError } from "./toolchainError.ts";

const LIMITS = { firstByteMs: 4_000, stallMs: 15_000 };
const UNPACK_LIMIT_MS = 120_000;
const MEGABYTE = 1_000_000;

/**
 * Fetches Pulumi's published archive, compares it with the published checksum and unpacks its executables into `bin`.
 *
 * @throws ToolchainError `platform-unsupported`, `download-failed`, `download-stalled`, `checksum-mismatch`, and what `tar` says.
 */
export async function downloadEngine(bin: string, context: AcquireContext): Promise<void> {
  const archive = releaseArchive(context.platform);
  const options = { fetch: context.fetch, limits: LIMITS, signal: context.signal };
  context.report("download", `asking for ${archive.name}`);
  const expected = checksumOf(archive.name, await downloadText(archive.checksumsUrl, options));
  const file = path.join(path.dirname(bin), archive.name);
  const onBytes = (received: number) =>
    context.reportSometimes("download", `${Math.round(received / MEGABYTE)} MB received`);
  const actual = await downloadFile(archive.url, file, { ...options, onBytes });
  if (actual !== expected) {
    throw new ToolchainError("checksum-mismatch", `${archive.url} is not what its publisher says it is`, {
      facts: { expected, actual },
    });
  }
  await mkdir(bin, { recursive: true });
  // The archive has one top folder, `pulumi/`, with the executables in it.
  await context.run("tar", ["-xzf", file, "-C", bin, "--strip-components=1"], {
    env: context.env,
    timeoutMs: UNPACK_LIMIT_MS,
    signal: context.signal,
  });
}
