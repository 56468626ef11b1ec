import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** What passes to the relay's thread, and back. */
export type ToRelay = { readonly target: string };
export type FromRelay = { readonly port: number };

export interface BackendRelay {
  /** Where an engine is to look for its backend; anything that is not HTTP (a `file://` backend) is left as it is. */
  urlFor(backend: string): string;
}

/**
 * Stands between the engine of a runner and the control process, on loopback: a request that finds the control process away
 * is held and sent again until it is back. The engine itself gives up after four tries in seven seconds (httputil in its
 * source), and what it had in flight would be lost to the state. A thread of its own, for the program may keep this one busy.
 */
export async function startBackendRelay(): Promise<BackendRelay> {
  const worker = new Worker(new URL("./relayThread.ts", import.meta.url), { name: "backend relay" });
  worker.unref();
  const [{ port }] = (await once(worker, "message")) as [FromRelay]; // the thread's first message
  return {
    urlFor(backend) {
      if (!/^https?:/.test(backend)) return backend;
      worker.postMessage({ target: backend } satisfies ToRelay);
      return `http://127.0.0.1:${port}`;
    },
  };
}
