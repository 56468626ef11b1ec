import { mkdir, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { isAlive, sandboxFolder } from "./runFile.ts";

/**
 * Tries to become the one starter in a data folder. Undefined while another living process is it. What a dead starter left
 * behind is taken away.
 */
export async function tryStartLock(dataDir: string): Promise<{ release(): Promise<void> } | undefined> {
  const file = path.join(sandboxFolder(dataDir), "start.lock");
  await mkdir(sandboxFolder(dataDir), { recursive: true, mode: 0o700 });
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(String(process.pid));
    await handle.close();
    return { release: () => rm(file, { force: true }) };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const owner = Number(await readFile(file, "utf8").catch(() => ""));
  // An owner that has not yet written its pid reads as 0: it is left alone until it has.
  if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
  return undefined;
}
