import path from "node:path";

/** MERIDIAN_DATA_DIR as the service reads it, else `.meridian` in the checkout, wherever the command is typed. */
export function dataDirOf(env: NodeJS.ProcessEnv): string {
  return path.resolve(env["MERIDIAN_DATA_DIR"] || path.join(import.meta.dirname, "..", ".meridian"));
}
