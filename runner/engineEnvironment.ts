import path from "node:path";
import type { Assignment } from "./runnerMessages.ts";

/**
 * The whole environment of a job's engine: where it finds itself, its backend and its providers. The credentials file that
 * the engine insists on writing goes into the job's folder, which is removed with the job.
 */
export function engineEnvironment(assignment: Assignment, inherited: NodeJS.ProcessEnv): Record<string, string> {
  const { job, engine, home, folder } = assignment;
  return {
    ...pick(inherited, ["HOME", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR"]),
    ...job.providerEnv,
    PATH: [...engine.path, inherited["PATH"] ?? ""].join(path.delimiter),
    TMPDIR: folder,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: job.backend.url,
    PULUMI_ACCESS_TOKEN: job.backend.token,
    PULUMI_CREDENTIALS_PATH: folder,
    // Else it would look for the desktop's key ring and a TPM.
    PULUMI_CREDENTIAL_STORE: "plaintext",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_CI_DETECTION: "true",
    // Looking for newer plugins that it does not need costs seconds in every operation.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_AUTOMATION_API: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    // A seventh of the engine's CPU time is Go's garbage collection, most of it while it starts: here for 50 MB more at 150
    // resources, and the limit for the largest stacks.
    GOGC: "400",
    GOMEMLIMIT: "512MiB",
    // Milliseconds. Each level of the dependency graph waits this long; the default is 50.
    PULUMI_JOURNALING_BATCH_PERIOD: "3",
  };
}

export function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
