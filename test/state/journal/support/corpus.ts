import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { JournalEntry, StoredDeployment } from "../../../../api/state/deployments/deployment.ts";
import { defaultCacheDir } from "../../../../toolchain/engine/cacheFolders.ts";
import { withFileLock } from "../../../../toolchain/engine/fileLock.ts";
import { PINNED_VERSION } from "../../../../toolchain/engine/pinnedVersion.ts";
import { runCommand } from "../../../../toolchain/engine/runCommand.ts";

/** One run of the engine: the journal that it sent, and what its file backend would have held meanwhile. */
export interface Recording {
  readonly name: string;
  readonly traits: readonly string[];
  /** Whether each state belongs to a place in the journal; in a parallel run only the last one does. */
  readonly stepwise: boolean;
  readonly base?: StoredDeployment;
  readonly entries: readonly JournalEntry[];
  readonly states: readonly KeptState[];
}

interface KeptState {
  /** How many entries had been written by then. */
  readonly after: number;
  /** Whether the engine itself found the state inconsistent. */
  readonly broken: boolean;
  readonly deployment: StoredDeployment;
}

export const ENGINE = `v${PINNED_VERSION}`;

const SOURCE = path.join(import.meta.dirname, "..", "corpus");
const MODULES = path.join(import.meta.dirname, "../../../../toolchain/engine/go.mod");
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Cold, without anything of the engine's compiled: some minutes on two cores. After a build of the engine: seconds. */
const BUILD_LIMIT_MS = 20 * 60_000;

/** Built once for each content of its source, in the user's cache; other processes wait for the one that builds. */
export async function buildCorpus(): Promise<string> {
  const names = (await readdir(SOURCE)).sort();
  const files = [...names.map((name) => path.join(SOURCE, name)), MODULES];
  const digest = createHash("sha256");
  for (const file of files) digest.update(`${path.basename(file)}\n`).update(await readFile(file));
  const folder = path.join(path.dirname(defaultCacheDir(process.env)), "journal-corpus");
  const binary = path.join(folder, digest.digest("hex").slice(0, 16));
  await mkdir(folder, { recursive: true });
  await withFileLock(`${binary}.lock`, { limitMs: BUILD_LIMIT_MS }, async () => {
    if (await stat(binary).catch(() => undefined)) return;
    const built = `${binary}.new`;
    await runCommand("go", buildArguments(built), { env: process.env, cwd: SOURCE, timeoutMs: BUILD_LIMIT_MS });
    await rename(built, binary);
  });
  return binary;
}

/** As the engine itself is built (toolchain/engine/buildEngine.ts), so that the packages it has compiled serve here too. */
const buildArguments = (output: string): readonly string[] => [
  "build",
  `-modfile=${MODULES}`,
  "-mod=readonly",
  "-buildvcs=false",
  "-trimpath",
  "-ldflags",
  `-s -w -X ${VERSION_VARIABLE}=${ENGINE}`,
  "-o",
  output,
  ".",
];

/** Runs of `stacks` stacks, one after the other. @returns how many times the engine crashed of its own */
export async function readCorpus(
  binary: string,
  stacks: number,
  each: (recording: Recording) => void,
): Promise<{ readonly crashes: number }> {
  let crashes = 0;
  for (let next = 1; next <= stacks; ) {
    const { code, reached } = await readSome(binary, { from: next, stacks: stacks - next + 1 }, each);
    if (code === 0) break;
    crashes += 1;
    next = reached + 1;
  }
  return { crashes };
}

async function readSome(
  binary: string,
  { from, stacks }: { readonly from: number; readonly stacks: number },
  each: (recording: Recording) => void,
): Promise<{ readonly code: number | null; readonly reached: number }> {
  const child = spawn(binary, ["-from", String(from), "-stacks", String(stacks)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let reached = from;
  createInterface({ input: child.stderr }).on("line", (line) => {
    const seed = /^stack (\d+)$/.exec(line)?.[1];
    if (seed !== undefined) reached = Number(seed);
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const recording = parse(line);
    if (recording !== undefined) each(recording);
  }
  return { code: await ended, reached };
}

/** A crash may cut the last line. */
function parse(line: string): Recording | undefined {
  try {
    const { base, entries, states, ...rest } = JSON.parse(line);
    return {
      ...rest,
      entries: entries ?? [],
      states: (states ?? []).map((state: KeptState) => ({ ...state, deployment: withoutNulls(state.deployment) })),
      ...(base && { base: withoutNulls(base) }),
    };
  } catch {
    return undefined;
  }
}

/** As the service takes a deployment in: null, which Go writes for an empty list, stands for absent. */
function withoutNulls({ deployment, ...rest }: StoredDeployment): StoredDeployment {
  const given = Object.entries(deployment).filter(([, value]) => value !== null);
  return { ...rest, deployment: { manifest: deployment.manifest, ...Object.fromEntries(given) } };
}

/** Whether this machine has Go at all; without it there is nothing to compare with. */
export const hasGo = async (): Promise<boolean> =>
  runCommand("go", ["version"], { env: process.env, timeoutMs: 30_000 }).then(
    () => true,
    () => false,
  );
