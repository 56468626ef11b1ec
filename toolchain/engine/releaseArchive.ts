import { PINNED_VERSION } from "./pinnedVersion.ts";
import { ToolchainError } from "./toolchainError.ts";

/** Pulumi's published archives, the file of their checksums beside them. */
const RELEASES = `https://github.com/pulumi/pulumi/releases/download/v${PINNED_VERSION}`;

const SYSTEMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin" };
const PROCESSORS: Readonly<Record<string, string>> = { x64: "x64", arm64: "arm64" };

export interface ReleaseArchive {
  readonly name: string;
  readonly url: string;
  /** A text of lines `<SHA-512 in hex>  <archive name>`. */
  readonly checksumsUrl: string;
}

/** @throws ToolchainError `platform-unsupported` where Pulumi publishes no archive that Meridian can use. */
export function releaseArchive(platform: { system: string; processor: string }): ReleaseArchive {
  const system = SYSTEMS[platform.system];
  const processor = PROCESSORS[platform.processor];
  if (system === undefined || processor === undefined) {
    const what = `${platform.system}/${platform.processor}`;
    throw new ToolchainError("platform-unsupported", `there is no published archive for ${what}`, { facts: platform });
  }
  const name = `pulumi-v${PINNED_VERSION}-${system}-${processor}.tar.gz`;
  return { name, url: `${RELEASES}/${name}`, checksumsUrl: `${RELEASES}/SHA512SUMS` };
}

/** @throws ToolchainError `checksum-mismatch` when the list does not name the archive. */
export function checksumOf(name: string, checksums: string): string {
  for (const line of checksums.split("\n")) {
    const [digest, file] = line.trim().split(/\s+\*?/);
    if (file === name && digest !== undefined && /^[0-9a-f]{128}$/.test(digest)) return digest;
  }
  throw new ToolchainError("checksum-mismatch", `the published checksums do not name ${name}`);
}
