import { createRequire } from "node:module";
import path from "node:path";

/**
 * Finds a module as a program in `folder` would, so that a program runs on the SDK it was written for; on our own SDK when
 * it has none.
 */
export function resolveModule(specifier: string, folder: string): string {
  try {
    return createRequire(path.join(folder, "program.js")).resolve(specifier);
  } catch {
    return createRequire(import.meta.url).resolve(specifier);
  }
}
