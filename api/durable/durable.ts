import { DBOS, DBOSClient } from "@dbos-inc/dbos-sdk";
import { dbRetryConfig } from "@dbos-inc/dbos-sdk/internal/utils";
import { CompiledQuery, sql } from "kysely";
import type { ClientBase } from "pg";
import type { Logger } from "../base/logger.ts";
import { openPool, type Tx } from "../db/database.ts";
import type { Notifications } from "../db/notifications.ts";
import { holdPresence } from "./presence.ts";
import { pollOnNews, type QueueNews, TICK_MS } from "./queueNews.ts";
import { quietLog } from "./quietLog.ts";
import { startRecovery } from "./recovery.ts";

/** One kind of durable work: a workflow over one id, on a queue of its own that runs one workflow a partition at a time. */
export interface WorkflowDefinition {
  readonly name: string;
  /** The order of the steps and nothing else: no clock, no randomness, no I/O, no logger. */
  readonly run: (id: string, step: Step) => Promise<void>;
}

/** Runs one named step; its result is kept, so that a replayed workflow does not run it again. */
export type Step = <T>(name: string, body: () => Promise<T>) => Promise<T>;

export interface Durable {
  /** Puts a workflow on its queue as part of the caller's transaction: row and work become true together, or not at all. */
  enqueue(tx: Tx, work: { readonly workflow: string; readonly id: string; readonly partition: string }): Promise<void>;
  /** Waits until no workflow of this process is between two steps, at most this long, and lets go of the rest. */
  shutdown(limitMs: number): Promise<void>;
}

export interface DurableOptions {
  readonly databaseUrl: string;
  /** Unique to this start of this process: a restarted process is another executor. */
  readonly executorId: string;
  readonly workflows: readonly WorkflowDefinition[];
  /** Must listen on `WORK_CHANNEL`. */
  readonly notifications: Notifications;
  readonly logger: Logger;
}

/** Names the queue onto which something has come, in whichever process. */
export const WORK_CHANNEL = "meridian_work";

/** Changes when the steps of a workflow change so that half-run ones could not go on; see docs/adr on durable work. */
const APPLICATION_VERSION = "1";
const SCHEMA = "dbos";
const POOL_SIZE = 12;
/** A session that is idle in a transaction for a minute has lost its process. */
const IDLE_LIMIT = "-c idle_in_transaction_session_timeout=60000";
/** Seconds between two tries while the database is away; the library's own longest is a minute, which outlasts most outages. */
const LONGEST_PAUSE_S = 2;

/**
 * Starts the durable engine: registers the workflows, launches, and begins to recover what dead processes left. One
 * instance a process, for DBOS keeps its registry in statics.
 */
export async function startDurable(options: DurableOptions): Promise<Durable> {
  const { databaseUrl, executorId, logger } = options;
  dbRetryConfig.maxBackoffSec = LONGEST_PAUSE_S;
  const pool = openPool(databaseUrl, {
    max: POOL_SIZE,
    options: IDLE_LIMIT,
    onBroken: ({ message }) => logger.warn({ reason: message }, "a connection of the durable engine broke"),
  });
  const presence = await holdPresence(databaseUrl, executorId, logger);
  DBOS.setConfig({
    name: "meridian",
    systemDatabaseUrl: databaseUrl,
    systemDatabasePool: pool,
    systemDatabaseSchemaName: SCHEMA,
    // It serves messages between workflows, which we have none of, by a connection that is silent for long.
    useListenNotify: false,
    applicationVersion: APPLICATION_VERSION,
    executorID: executorId,
    logger: quietLog(logger),
  });
  const news = pollOnNews();
  const unsubscribe = options.notifications.subscribe(WORK_CHANNEL, (queue) => {
    if (queue === undefined) news.tellAll();
    else news.tell(queue);
  });
  for (const definition of options.workflows) register(definition, news);
  await DBOS.launch();
  for (const { name } of options.workflows) {
    await DBOS.registerQueue(name, {
      partitionConcurrency: 1,
      minPollingIntervalMs: TICK_MS,
      onConflict: "always_update",
    });
  }
  const client = await DBOSClient.create({
    systemDatabaseUrl: databaseUrl,
    systemDatabasePool: pool,
    systemDatabaseSchemaName: SCHEMA,
    applicationName: "meridian",
    logger: quietLog(logger),
  });
  const recovery = startRecovery({ presence, executorId, logger });

  return {
    async enqueue(tx, { workflow, id, partition }) {
      await client.enqueueInTransaction(
        asClient(tx),
        {
          queueName: workflow,
          workflowName: workflow,
          workflowID: id,
          queuePartitionKey: partition,
          appVersion: APPLICATION_VERSION,
        },
        id,
      );
      await sql`select pg_notify(${WORK_CHANNEL}, ${workflow})`.execute(tx);
    },
    async shutdown(limitMs) {
      await recovery.stop();
      unsubscribe();
      await DBOS.shutdown({ workflowCompletionTimeoutMS: limitMs });
      news.stop();
      await client.destroy();
      await presence.release();
      await pool.end();
    },
  };
}

/** A workflow that crashes its process three times is a bug that must not take the service down a fourth. */
const MAX_RECOVERY_ATTEMPTS = 20;

function register({ name, run }: WorkflowDefinition, news: QueueNews): void {
  // While the database is away no try is lost: DBOS looks into the database before each, and waits for it there.
  const step: Step = (stepName, body) =>
    DBOS.runStep(body, {
      name: stepName,
      retriesAllowed: true,
      maxAttempts: 8,
      intervalSeconds: 0.25,
      backoffRate: 2,
    });
  // What ends may let the next of its partition begin.
  const whole = (id: string) => run(id, step).finally(() => news.tell(name));
  DBOS.registerWorkflow(whole, { name, maxRecoveryAttempts: MAX_RECOVERY_ATTEMPTS });
}

/** DBOS wants a `pg` client for a transaction that the caller owns; it only ever calls `query(text, values)` on it. */
function asClient(tx: Tx): ClientBase {
  const plain = tx.withoutPlugins();
  const query = async (text: string, values: unknown[] = []) => {
    const result = await plain.executeQuery(CompiledQuery.raw(text, values));
    return { rows: result.rows, rowCount: Number(result.numAffectedRows ?? result.rows.length) };
  };
  return { query } as unknown as ClientBase; // the one method that is used; the rest of a client's would bypass the transaction
}
