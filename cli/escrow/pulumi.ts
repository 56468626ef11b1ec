import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { engineEnvironment, ensureEngine, printProgress } from "../../toolchain/index.ts";
import { CliError } from "../cliError.ts";
import type { World } from "../world.ts";

/** Pulumi's own command, which alone knows how a backend keeps its files. */
export interface Pulumi {
  /**
   * @param input what the command reads from its standard input; secrets travel this way, never as arguments
   * @returns its standard output
   * @throws CliError `pulumi-failed` with what the command printed to standard error
   */
  run(args: readonly string[], at: { readonly folder: string; readonly input?: string }): Promise<string>;
  close(): Promise<void>;
}

type Backend =
  | { readonly folder: string; readonly passphrase: string }
  | { readonly url: string; readonly key: string };

/** With a home of its own, so that nobody's login is changed. */
export async function openPulumi(world: Pick<World, "env" | "err">, backend: Backend): Promise<Pulumi> {
  const engine = await ensureEngine({ env: world.env, progress: printProgress({ write: world.err }) });
  const home = await mkdtemp(path.join(tmpdir(), "meridian-escrow-"));
  const env = {
    ...engineEnvironment(engine, { home: path.join(home, ".pulumi") }),
    HOME: home,
    NO_COLOR: "1",
    ...("folder" in backend
      ? { PULUMI_BACKEND_URL: `file://${backend.folder}`, PULUMI_CONFIG_PASSPHRASE: backend.passphrase }
      : { PULUMI_BACKEND_URL: backend.url, PULUMI_ACCESS_TOKEN: backend.key }),
  };
  return {
    async run(args, { folder, input = "" }) {
      const all = [...args, "--non-interactive"];
      const child = spawn(engine.binary, all, { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
      child.stdin.on("error", () => undefined); // a command that does not read its input says why by its exit code
      child.stdin.end(input);
      const [code] = (await once(child, "close")) as [number | null]; // Node's own event
      if (code === 0) return stdout;
      const said = (stderr.trim() || stdout.trim()).slice(0, 2_000);
      throw new CliError("pulumi-failed", `pulumi ${args.slice(0, 2).join(" ")} ended with ${code}: ${said}`);
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
}
