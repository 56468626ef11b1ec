import { access, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { defaultCacheDir } from "../../../../toolchain/engine/cacheFolders.ts";
import { runCommand } from "../../../../toolchain/engine/runCommand.ts";

/** The oldest CLI that is tested; it can be had from Go's module proxy. */
export const OLD_VERSION = "3.200.0";
const BUILD_LIMIT_MS = 40 * 60_000;

/** As Pulumi's own go.mod replaces it. */
const CLIPBOARD = "github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e";

/** The binary of the old CLI; undefined where it is not in the cache and nobody asked for it to be built. */
export async function findOldCli(): Promise<string | undefined> {
  const binary = path.join(defaultCacheDir(process.env), `v${OLD_VERSION}`, "bin", "pulumi");
  const present = await access(binary).then(
    () => true,
    () => false,
  );
  if (present) return binary;
  if (process.env["MERIDIAN_TEST_OLD_CLI"] !== "1") return undefined;
  await build(binary);
  return binary;
}

/** Some four minutes on two cores. The modules are resolved by version; Go checks them against its checksum database. */
async function build(binary: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-old-cli-"));
  const modules = ["pkg", "sdk"].map((name) => `github.com/pulumi/pulumi/${name}/v3`);
  const required = modules.map((name) => `require ${name} v${OLD_VERSION}`).join("\n");
  const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
  try {
    const module = `module old\n\ngo 1.24\n\n${required}\n\nreplace github.com/atotto/clipboard => ${CLIPBOARD}\n`;
    await writeFile(path.join(folder, "go.mod"), module);
    await writeFile(path.join(folder, "tools.go"), `//go:build tools\n\npackage old\n\nimport _ "${command}"\n`);
    const options = { env: process.env, cwd: folder, timeoutMs: BUILD_LIMIT_MS };
    await runCommand("nice", ["go", "mod", "tidy"], options);
    const version = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${OLD_VERSION}`;
    const flags = ["-trimpath", "-buildvcs=false", "-ldflags", version, "-o", "pulumi"];
    await runCommand("nice", ["go", "build", ...flags, command], options);
    await mkdir(path.dirname(binary), { recursive: true });
    const staged = `${binary}.${process.pid}`;
    await copyFile(path.join(folder, "pulumi"), staged);
    await rename(staged, binary);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
