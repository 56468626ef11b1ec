import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Notifications } from "../db/notifications.ts";
import type { Route } from "../http/route.ts";
import { createSandboxListing } from "../inventory/sandboxListing.ts";
import { endOperation } from "../operations/operationStore.ts";
import { createStackBinding } from "../operations/stackBinding.ts";
import { endRollout } from "../rollouts/rolloutStore.ts";
import type { FindSandbox } from "../sandboxControl/sandboxClient.ts";
import type { StackRecord, StateBackend } from "../state/index.ts";
import type { TargetService } from "../targets/targetService.ts";
import { QUARANTINE_CHANNEL, type Quarantine } from "./quarantine.ts";
import { recoveryRoutes } from "./recoveryRoutes.ts";
import { createRecoveryService } from "./recoveryService.ts";
import type { SettleDeps } from "./settleService.ts";

export interface RecoveryParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly state: StateBackend;
  readonly targets: TargetService;
  readonly findSandbox: FindSandbox;
  readonly quarantine: Quarantine;
  readonly notifications: Notifications;
  readonly stopping: AbortController;
}

export interface Recovery {
  readonly routes: readonly Route[];
  /** In quarantine: ends what was under way when the backup was made, and lists what differs. */
  begin(): Promise<void>;
}

/** What a restored service does before it may change anything. */
export function createRecovery(parts: RecoveryParts): Recovery {
  const { db, clock, logger, state, targets, findSandbox, quarantine, notifications } = parts;
  const listing = findSandbox() === undefined ? undefined : createSandboxListing(findSandbox);
  const recovery = createRecoveryService({
    db,
    clock,
    logger,
    signal: parts.stopping.signal,
    listing,
    listings: { sandbox: listing },
    cloudOfTarget: async (name) => (await targets.find(db, name))?.cloud,
    teams: async () => (await db.selectFrom("teams").select("name").orderBy("name").execute()).map(({ name }) => name),
    stacks: () => state.listStacks({}),
    readState: (tx, stack) => state.readOpened(tx, stack),
    recordState: (tx, record) => state.recordState(tx, record),
    findStack: (tx, id) => state.findStackById(id, tx),
    makeStack: stackMaker(state, targets),
    freeStack: (stackId) => state.awaitLeaseFree(stackId, clock.now()),
    failOperation: (tx, id, error) => endOperation(tx, id, { status: "failed", error }),
    failRollout: (tx, id, error) => endRollout(tx, id, { status: "failed", error }),
  });
  const lookAgain = async (): Promise<void> => {
    await quarantine.lookAgain();
    await recovery.begin();
  };
  notifications.subscribe(QUARANTINE_CHANNEL, () => {
    lookAgain().catch((error: unknown) => logger.warn({ err: error }, "could not look whether there is a quarantine"));
  });
  return {
    routes: recoveryRoutes(recovery, (handle) => listing?.removalOf(handle)),
    begin: recovery.begin,
  };
}

/** A stack that was made after the backup is made again as its name says, also where clients may not make such stacks. */
function stackMaker(state: StateBackend, targets: TargetService): SettleDeps["makeStack"] {
  return async (tx: Tx, name): Promise<StackRecord> => {
    const found = await state.findStack(name, tx);
    if (found !== undefined) return found;
    const bindingOf = createStackBinding(async (target) => {
      const placed = await targets.find(tx, target);
      return placed && { target: placed, regions: placed.regions, doors: ["cli"] };
    });
    const bound = await bindingOf(name);
    const doors = bound === undefined ? ["cli", "service"] : (await targets.get(tx, bound.target)).doors;
    return state.ensureStack(tx, { ...name, tags: {}, ...bound, doors });
  };
}
