import type { Logger } from "../base/logger.ts";
import type { SandboxControl } from "./sandboxClient.ts";

/** Where the sandbox process is; it lives on when its starter dies. */
export interface AttachedSandbox {
  readonly grpcPort: number;
  readonly httpPort: number;
  readonly token: string;
  readonly pid: number;
}

export interface KeptSandbox {
  control(): SandboxControl;
  /** The port of Pulumi's provider protocol; a sandbox that has died meanwhile is started anew, with its resources. */
  grpcPort(): Promise<number>;
}

/** Attaches to the sandbox of the data folder, and sees to it that there is one whenever it is needed. */
export async function keepSandbox(attach: () => Promise<AttachedSandbox>, logger: Logger): Promise<KeptSandbox> {
  let current = await attach();
  logger.info({ pid: current.pid, grpcPort: current.grpcPort }, "attached to the sandbox");

  async function renew(): Promise<AttachedSandbox> {
    if (isAlive(current.pid)) return current;
    current = await attach();
    logger.warn({ pid: current.pid }, "the sandbox had died and was started anew");
    return current;
  }

  return {
    control: () => ({ url: `http://127.0.0.1:${current.httpPort}`, token: current.token }),
    grpcPort: async () => (await renew()).grpcPort,
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: gone
  }
}
