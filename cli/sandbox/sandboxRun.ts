import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { z } from "zod";

const run = z.object({
  pid: z.number().int(),
  grpcPort: z.number().int(),
  httpPort: z.number().int(),
  token: z.string(),
  startedAt: z.string(),
});

/** What a running sandbox wrote into the data folder about itself. */
export type SandboxRun = z.output<typeof run>;

const CONNECT_LIMIT_MS = 2_000;

/**
 * The sandbox of a data folder, when it lives: its port answers. An engine that is given a dead port hangs for ten seconds
 * in each of its commands, and a process id alone may have been given to another process.
 */
export async function findSandbox(dataDir: string): Promise<SandboxRun | undefined> {
  const text = await readFile(path.join(dataDir, "sandbox", "run.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const found = run.safeParse(jsonOf(text));
  return found.success && (await answers(found.data.grpcPort)) ? found.data : undefined;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: CONNECT_LIMIT_MS });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
