import { constants, copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import type { AcquireContext } from "./acquireContext.ts";

/** Copies a lone `pulumi` into `bin`, where a language host can be put beside it without touching a folder that is not ours. */
export async function adoptEngine(binary: string, bin: string, context: AcquireContext): Promise<void> {
  context.report("copy", `copying ${binary}, which has no language host beside it`);
  await mkdir(bin, { recursive: true });
  await copyFile(binary, path.join(bin, "pulumi"), constants.COPYFILE_FICLONE);
}
