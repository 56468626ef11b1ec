import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const absolute = z.string().refine((value) => path.isAbsolute(value), "must be an absolute path");

/** What a runner host is told at its start. */
const hostSettings = z.object({
  /** Where the control process answers. */
  control: z.url().transform((url) => url.replace(/\/+$/, "")),
  token: z.string().min(16),
  /** Jobs at once. */
  capacity: z.number().int().min(1).max(64),
  /** For work folders and what engines keep between operations; one host at a time. */
  dataDir: absolute,
  engine: z.object({ binary: absolute, path: z.array(absolute) }),
  /** Folder of the policy pack that jobs may ask for. */
  policyPack: absolute.optional(),
  /** Module of the program library; the blueprints of this checkout without it. */
  library: absolute.optional(),
  logLevel: z.string().default("info"),
});
export type HostSettings = z.infer<typeof hostSettings>;

/**
 * The settings of a runner host that an operator starts, from its environment: `MERIDIAN_CONTROL_URL`,
 * `MERIDIAN_HOST_TOKEN` or `MERIDIAN_HOST_TOKEN_FILE`, `MERIDIAN_ENGINE_ROOT` (a folder with `bin/pulumi`),
 * `MERIDIAN_RUNNERS` (2), `MERIDIAN_DATA_DIR`, `MERIDIAN_POLICY_PACK`, `MERIDIAN_LOG_LEVEL`.
 *
 * @throws Error that names every setting at fault.
 */
export function readHostSettings(env: NodeJS.ProcessEnv): HostSettings {
  const tokenFile = env["MERIDIAN_HOST_TOKEN_FILE"];
  const bin = path.resolve(env["MERIDIAN_ENGINE_ROOT"] ?? "", "bin");
  return parseSettings({
    control: env["MERIDIAN_CONTROL_URL"],
    token: env["MERIDIAN_HOST_TOKEN"] ?? (tokenFile === undefined ? undefined : readFileSync(tokenFile, "utf8").trim()),
    capacity: Number(env["MERIDIAN_RUNNERS"] ?? 2),
    dataDir: path.resolve(env["MERIDIAN_DATA_DIR"] ?? ".meridian", "runner"),
    engine: { binary: path.join(bin, "pulumi"), path: [bin, path.dirname(process.execPath)] },
    policyPack: env["MERIDIAN_POLICY_PACK"] === undefined ? undefined : path.resolve(env["MERIDIAN_POLICY_PACK"]),
    logLevel: env["MERIDIAN_LOG_LEVEL"],
  });
}

/** @throws Error that names every setting at fault. */
export function parseSettings(given: unknown): HostSettings {
  const { success, data, error } = hostSettings.safeParse(given);
  if (success) return data;
  throw new Error(
    `The runner host cannot start:\n${error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`).join("\n")}`,
  );
}
