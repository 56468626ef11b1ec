import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { CliError } from "../cliError.ts";

export interface GitSource {
  /** `<url>#<commit>`; what stands for the commit may be any name that git resolves. */
  readonly git: string;
  /** Where in the repository; its top without it. */
  readonly path: string | undefined;
}

/** What the service is told of where the files were taken from: the commit itself, whatever it was called. */
export interface GitOrigin {
  readonly kind: "git";
  readonly url: string;
  readonly commit: string;
  readonly folder?: string;
}

const run = promisify(execFile);
const GIT_MS = 5 * 60_000;

/**
 * Checks a commit out into a temporary folder, for as long as `use` runs. The user's own git and its credentials are used; it asks for
 * none, and no hook of the repository runs.
 *
 * @throws CliError `bad-option` with what git said.
 */
export async function withGitFolder<Result>(
  source: GitSource,
  use: (folder: string, origin: GitOrigin) => Promise<Result>,
): Promise<Result> {
  const { url, commit: name } = partsOf(source.git);
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-git-"));
  const inside = path.resolve(folder, source.path ?? ".");
  try {
    if (inside !== folder && !inside.startsWith(folder + path.sep)) {
      throw new CliError("bad-option", `--path leads out of the repository: ${source.path}`);
    }
    await git(["clone", "--quiet", "--no-checkout", "--", url, folder]);
    const commit = (await git(["-C", folder, "rev-parse", "--verify", "--end-of-options", `${name}^{commit}`])).trim();
    await git(["-C", folder, "-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "--detach", commit]);
    const origin: GitOrigin = {
      kind: "git",
      url,
      commit,
      ...(source.path === undefined ? {} : { folder: source.path }),
    };
    return await use(inside, origin);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function partsOf(given: string): { readonly url: string; readonly commit: string } {
  const at = given.lastIndexOf("#");
  const [url, commit] = [given.slice(0, at), given.slice(at + 1)];
  if (at > 0 && commit !== "" && !url.startsWith("-") && !url.startsWith("ext::")) return { url, commit };
  throw new CliError("bad-option", `--git is not <url>#<commit>: ${given}`);
}

async function git(args: readonly string[]): Promise<string> {
  try {
    const env = { ...process.env, GIT_TERMINAL_PROMPT: "0" };
    return (await run("git", [...args], { env, timeout: GIT_MS })).stdout;
  } catch (cause) {
    const { stderr = String(cause) } = cause as { readonly stderr?: string }; // execFile's errors carry what was said
    throw new CliError("bad-option", `git says: ${stderr.trim().slice(-500)}`, { cause });
  }
}
