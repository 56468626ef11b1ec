import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { AcquireContext } from "./acquireContext.ts";
import { PINNED_VERSION } from "./pinnedVersion.ts";

/** 3.5 minutes on two cores; a slow machine with a slow module proxy may need several times that. */
const BUILD_LIMIT_MS = 40 * 60_000;

const CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds the CLI into `bin` from the Go modules that go.mod and go.sum beside this file name by version and checksum. Tests
 * stand in for the compiler; to see a whole build, run `XDG_CACHE_HOME=<an empty folder> npx meridian toolchain` without a
 * `pulumi` on PATH and without internet.
 *
 * @throws ToolchainError `command-missing` without a Go toolchain, `command-failed` with the compiler's last line, `command-timeout`.
 */
export async function buildEngine(bin: string, context: AcquireContext): Promise<void> {
  await mkdir(bin, { recursive: true });
  context.report("build", "building the Pulumi CLI from its Go modules; once per user, about 4 minutes on two cores");
  let compiled = 0;
  const onLine = (line: string) => {
    if (line.startsWith("go: downloading ")) {
      context.reportSometimes("build", `fetching ${line.slice("go: downloading ".length)}`);
      return;
    }
    compiled += 1;
    context.reportSometimes("build", `${compiled} packages compiled`);
  };
  await context.run("go", buildArguments(path.join(bin, "pulumi")), {
    env: context.env,
    cwd: import.meta.dirname,
    timeoutMs: BUILD_LIMIT_MS,
    signal: context.signal,
    onLine,
  });
}

/**
 * `-mod=readonly` refuses a build whose modules are not the ones in go.sum. `-v` names each package as it is done, which is
 * the progress. Without `-buildvcs=false` a checkout that belongs to another user fails the build.
 */
function buildArguments(output: string): readonly string[] {
  const ldflags = `-s -w -X ${VERSION_VARIABLE}=v${PINNED_VERSION}`;
  return [
    "build",
    "-mod=readonly",
    "-buildvcs=false",
    "-trimpath",
    "-v",
    "-ldflags",
    ldflags,
    "-o",
    output,
    CLI_PACKAGE,
  ];
}
