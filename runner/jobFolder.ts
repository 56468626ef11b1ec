import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Job } from "./wire.ts";

/**
 * Makes the folder of one job, readable by its owner alone, with the project and the stack's configuration as the engine
 * reads them. The name starts with the number of the process that will use it, so that a later host can tell leftovers
 * from the folder of a runner that outlived its host.
 */
export async function makeJobFolder(jobsFolder: string, owner: number, job: Job): Promise<string> {
  const folder = await mkdtemp(path.join(jobsFolder, `${owner}-`));
  // YAML contains JSON, and JSON needs no rules about quoting.
  await Promise.all([
    writeFile(path.join(folder, "Pulumi.yaml"), JSON.stringify({ name: job.stack.project, runtime: "nodejs" })),
    writeFile(path.join(folder, `Pulumi.${job.stack.name}.yaml`), JSON.stringify({ config: job.config })),
  ]);
  return folder;
}

/**
 * Writes the executable that an engine takes for a policy pack: it prints the port of one that already runs. It then
 * waits for its standard input to close, which the engine holds open, so that it never outlives the engine.
 */
export async function writePolicyPackLauncher(folder: string, port: number): Promise<string> {
  const launcher = path.join(folder, "policy-pack");
  await writeFile(launcher, `#!/bin/sh\necho ${port}\nexec cat >/dev/null\n`);
  await chmod(launcher, 0o700);
  return launcher;
}

/** Writes the settings and exemptions of a job's policy pack, in a form that an engine takes. */
export async function writePolicyConfig(folder: string, config: NonNullable<Job["policyConfig"]>): Promise<string> {
  const file = path.join(folder, "policy-config.json");
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/**
 * Makes the folder for all jobs of a host. It holds an empty `.git`, where the engine's search for a repository ends:
 * else it would note the service's own commit as the version of every team's stack.
 */
export async function makeJobsFolder(jobsFolder: string): Promise<void> {
  await mkdir(path.join(jobsFolder, ".git"), { recursive: true, mode: 0o700 });
}

/** Removes the folders of jobs whose process is gone. */
export async function removeLeftovers(folder: string): Promise<void> {
  const entries = await readdir(folder);
  const left = entries.filter((entry) => {
    const [, pid] = /^(?:\.[a-z]+-)?(\d+)-/.exec(entry) ?? [];
    return pid !== undefined && !isRunning(Number.parseInt(pid, 10));
  });
  await Promise.all(left.map((entry) => removeJobFolder(path.join(folder, entry))));
}

/** An engine that was just killed may still be writing into the folder. */
export function removeJobFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // process.kill throws system errors only
  }
}
