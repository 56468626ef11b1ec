import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  UnknownRow,
} from "kysely";
import { sql } from "kysely";
import type { Database, OpenDatabase, Tx } from "../../../api/db/database.ts";
import type { Kill } from "./seasonPlan.ts";

/** What a worker that was killed leaves to the next one: no answer. */
class Killed extends Error {}

interface Attempt<T> {
  readonly database: OpenDatabase;
  /** Ends connections of others. */
  readonly bystander: Database;
  readonly kill: Kill | undefined;
  readonly work: (tx: Tx) => Promise<T>;
  /** Told of what was committed, whether or not the worker lived to say so. */
  readonly committed: (result: T) => void;
}

/** Runs a transaction in a worker that may die in it. @returns false when it died, so that somebody else must do it again */
export async function attempt<T>({ database, bystander, kill, work, committed }: Attempt<T>): Promise<boolean> {
  try {
    const result = await database.db.transaction().execute(async (tx) => {
      if (kill === undefined || kill.how === "unanswered") return work(tx);
      const pid = kill.how === "terminated" ? await pidOf(tx) : undefined;
      return work(tx.withPlugin(dying({ after: kill.after, pid, bystander })) as Tx); // a plugin leaves a transaction one
    });
    committed(result);
    return kill?.how !== "unanswered";
  } catch (error) {
    if (error instanceof Killed || isConnectionLoss(error)) return false;
    throw error;
  }
}

interface Death {
  readonly after: number;
  /** Of the connection that is to be ended; undefined where the worker's code stops. */
  readonly pid: number | undefined;
  readonly bystander: Database;
}

function dying({ after, pid, bystander }: Death): KyselyPlugin {
  let statements = 0;
  return {
    transformQuery({ node }: PluginTransformQueryArgs) {
      if (pid === undefined && statements >= after) throw new Killed();
      statements += 1;
      return node;
    },
    async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
      if (pid !== undefined && statements >= after)
        await sql`select pg_terminate_backend(${pid}, 1000)`.execute(bystander);
      return result;
    },
  };
}

async function pidOf(tx: Tx): Promise<number | undefined> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
  return rows[0]?.pid;
}

/** As the driver says that the server has ended the connection: its code (57P01), or words of its own where none arrived. */
function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : undefined;
  return code === "57P01" || code === "ECONNRESET" || /connection/i.test(error.message);
}
