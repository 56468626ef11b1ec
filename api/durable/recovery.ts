import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Logger } from "../base/logger.ts";
import type { Presence } from "./presence.ts";

const SWEEP_MS = 1_000;

export interface RecoveryOptions {
  readonly presence: Presence;
  readonly executorId: string;
  readonly logger: Logger;
}

/**
 * Puts the work of dead processes back on its queue, so that any living one goes on with it. Every process sweeps; that
 * two do it at once is harmless, since putting back is idempotent.
 */
export function startRecovery({ presence, executorId, logger }: RecoveryOptions): { stop(): Promise<void> } {
  let stopped = false;
  let current: Promise<void> = Promise.resolve();
  let suspects: ReadonlySet<string> = new Set();
  const timer = setInterval(() => {
    current = current.then(() =>
      stopped ? undefined : sweep().catch((error) => logger.warn({ err: error }, "recovery sweep failed")),
    );
  }, SWEEP_MS);

  async function sweep(): Promise<void> {
    const pending = await DBOS.listWorkflows({ status: "PENDING", loadInput: false, loadOutput: false });
    const others = pending.filter((workflow) => workflow.executorId !== executorId);
    const seen = new Set(await presence.dead([...new Set(others.map((workflow) => workflow.executorId ?? ""))]));
    // A restart of the database takes everybody's lock away for a moment: only who stays away is dead.
    const dead = new Set([...seen].filter((executor) => suspects.has(executor)));
    suspects = seen;
    if (dead.size === 0) return;
    const byQueue = Map.groupBy(
      others.filter((workflow) => dead.has(workflow.executorId ?? "")),
      (workflow) => workflow.queueName ?? "",
    );
    for (const [queueName, workflows] of byQueue) {
      const ids = workflows.map((workflow) => workflow.workflowID);
      await DBOS.resumeWorkflows(ids, { queueName });
      logger.info({ queue: queueName, workflows: ids }, "put the work of a dead process back on its queue");
    }
  }

  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await current;
    },
  };
}
