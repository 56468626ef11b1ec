import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureEngine } from "../../toolchain/index.ts";

export interface EngineScript {
  /** Comes first on PATH of a service, which takes what is there for its engine. */
  readonly bin: string;
  remove(): Promise<void>;
}

/**
 * An engine that does something first: a script that becomes the real one, so that process id and death are the real one's.
 *
 * @param first lines of `sh`; `folder` is theirs to write in
 */
export async function engineScript(first: (folder: string) => string): Promise<EngineScript> {
  const { binary } = await ensureEngine();
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-wrapped-engine-"));
  const bin = path.join(folder, "bin");
  await mkdir(bin);
  await writeFile(path.join(bin, "pulumi"), `#!/bin/sh\n${first(folder)}\nexec ${binary} "$@"\n`);
  await chmod(path.join(bin, "pulumi"), 0o700);
  const host = "pulumi-language-nodejs";
  await symlink(path.join(path.dirname(binary), host), path.join(bin, host));
  return { bin, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** What makes an engine ask the provider at a port for all that it makes. */
export const providersAt = (port: number): string =>
  ["aws", "kubernetes", "random"].map((name) => `${name}:${port}`).join(",");
