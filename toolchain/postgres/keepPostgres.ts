import { ensurePostgres, findPostgres } from "./embeddedPostgres.ts";

interface KeptPostgres {
  /** Connection string; it stays the same when the server is started anew. */
  readonly url: string;
  /** Lets go of it; the server lives on. */
  stop(): Promise<void>;
}

interface KeepOptions {
  readonly dataDir: string;
  readonly fsync?: boolean;
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
  readonly onRestarted: (pid: number) => void;
  /** Told each time that it could not be started; it is tried again. */
  readonly onFailed: (error: unknown) => void;
}

const EVERY_MS = 1_000;

/**
 * The PostgreSQL of a data folder, started again at the same address when it dies: nobody else looks after it. Several
 * processes may keep the same one; whoever is first starts it, and the others find it running.
 *
 * @throws Error as `ensurePostgres` does, at the first start only
 */
export async function keepPostgres({ dataDir, everyMs = EVERY_MS, ...options }: KeepOptions): Promise<KeptPostgres> {
  const given = { dataDir, ...(options.fsync === undefined ? {} : { fsync: options.fsync }) };
  const { url } = await ensurePostgres(given);
  const port = Number(new URL(url).port);
  let stopped = false;
  let current = Promise.resolve();

  async function look(): Promise<void> {
    if (stopped) return;
    try {
      if ((await findPostgres(dataDir)) !== undefined) return;
      const { started, pid } = await ensurePostgres({ ...given, port });
      if (started) options.onRestarted(pid);
    } catch (error) {
      options.onFailed(error);
    }
  }

  const timer = setInterval(() => {
    current = current.then(look);
  }, everyMs);
  return {
    url,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await current;
    },
  };
}
