import { newId } from "../base/ids.ts";
import type { Logger } from "../base/logger.ts";
import { Problem } from "../base/problem.ts";
import type { Notifications } from "../db/notifications.ts";
import { watchChannel } from "../db/watch.ts";
import { createDependencyService } from "../dependencies/dependencyService.ts";
import { withoutReferring } from "../dependencies/inputReference.ts";
import { type Durable, startDurable } from "../durable/durable.ts";
import { createEventStreams, type EventStreams } from "../operations/eventStreams.ts";
import { createJobSettings } from "../operations/jobSettings.ts";
import { EVENTS_CHANNEL } from "../operations/operationEvents.ts";
import { createOperationExecutor, type JobRunner } from "../operations/operationExecutor.ts";
import { createOperationInputs } from "../operations/operationInputs.ts";
import { CANCEL_CHANNEL, createOperationService, type OperationService } from "../operations/operationService.ts";
import { operationWorkflow } from "../operations/operationWorkflow.ts";
import { createQuotaCheck } from "../quotas/quotaCheck.ts";
import { createQuotaSource } from "../quotas/quotaSource.ts";
import { createRolloutService, type RolloutService } from "../rollouts/rolloutService.ts";
import { createRolloutSteps } from "../rollouts/rolloutSteps.ts";
import { rolloutWorkflow } from "../rollouts/rolloutWorkflow.ts";
import { createStacksOfSet, type StackKeeper } from "../rollouts/stacksOfSet.ts";
import { createArtefactChoice } from "../stackSets/artefactChoice.ts";
import { createStackSetService, type StackSetService } from "../stackSets/stackSetService.ts";
import { createStackService, type StackService } from "../stacks/stackService.ts";
import { stepContextOf } from "../state/index.ts";
import { createCredentialSource } from "../targets/credentialSource.ts";
import type { Ground } from "./openGround.ts";
import type { WiredState } from "./wireState.ts";

interface WorkDeps extends WiredState {
  readonly notifications: Notifications;
  readonly jobs: JobRunner;
  /** Where engines find the service. */
  readonly url: string;
  readonly stopping: AbortController;
  readonly logger: Logger;
}

/** What is asked for, and how it gets done. */
export interface WiredWork {
  readonly operations: OperationService;
  readonly rollouts: RolloutService;
  readonly stackSets: StackSetService;
  readonly stacks: StackService;
  readonly events: EventStreams;
  /** Begins with what is queued. Last of all, when everything that its steps need is there. */
  start(): Promise<Durable>;
  /** Lets no step begin another engine. */
  stop(): void;
}

export function wireWork(ground: Ground, deps: WorkDeps): WiredWork {
  const { db, clock, targets, blueprints, sandbox, databaseUrl } = ground;
  const { state, notifications, stopping } = deps;
  const watchEvents = watchChannel(notifications, EVENTS_CHANNEL);
  const credentials = createCredentialSource(process.env);
  const dependencies = createDependencyService();
  const quotas = createQuotaCheck({
    source: createQuotaSource(() => sandbox?.control()),
    demandsOf: (artefact, { inputs, environment }) =>
      blueprints.demandsOf(artefact, { inputs: withoutReferring(inputs), environment }),
  });
  const executor = createOperationExecutor({
    db,
    inputs: createOperationInputs({
      db,
      blueprints,
      quotas,
      findTarget: (tx, name) => targets.find(tx, name),
      async configure(tx, stackId, inputs) {
        const config = (await state.findStackById(stackId, tx))?.config ?? {};
        await state.setConfig(tx, stackId, { ...config, "meridian:inputs": JSON.stringify(inputs) });
      },
    }),
    healer: deps.healer,
    state,
    clock,
    jobs: deps.jobs,
    settings: createJobSettings({
      findTarget: (name) => targets.find(db, name),
      credentialsOf: async (name, phase) => credentials.forPhase(await targets.get(db, name), phase),
      sandboxPort: async () => {
        if (sandbox === undefined) throw new Error("the sandbox is switched off");
        return sandbox.grpcPort();
      },
    }),
    backendUrl: deps.url,
    async packConfigOf(stackId) {
      const stack = await state.findStackById(stackId);
      if (stack === undefined) return {};
      return ground.bundles.configOf(stepContextOf(stack, await ground.placements(stack), "preview"));
    },
    watchOperation: watchChannel(notifications, CANCEL_CHANNEL),
  });
  notifications.subscribe(CANCEL_CHANNEL, (operation) => {
    if (operation !== undefined) executor.interrupt(operation);
  });

  // Services enqueue as soon as requests come, which is before the durable engine starts.
  let durable: Durable | undefined;
  const enqueue: Durable["enqueue"] = async (tx, work) => {
    if (durable === undefined) throw new Problem("unavailable", "The service is still starting. Try again.");
    return durable.enqueue(tx, work);
  };
  const operations = createOperationService(db, { enqueue });
  const rollouts = createRolloutService({ db, durable: { enqueue }, cancelOperation: operations.requestCancel });
  const keeper: StackKeeper = {
    ensureStack: state.ensureStack,
    findStack: state.findStack,
    viewTeardown: state.viewTeardown,
    async removeStack(name) {
      const stack = await state.findStack(name);
      if (stack !== undefined) await state.removeStack(stack.id);
    },
  };
  const stacksOfSet = createStacksOfSet({
    db,
    keeper,
    dependencies,
    chooseArtefact: createArtefactChoice(blueprints),
    reachOf: blueprints.reachOf,
  });
  const rolloutSteps = createRolloutSteps({
    db,
    stacks: stacksOfSet,
    dependencies,
    startOperation: operations.start,
    watchOperation: watchEvents,
    signal: stopping.signal,
  });
  return {
    operations,
    rollouts,
    stackSets: createStackSetService({ blueprints, targets, dependencies, quotas, rollouts, clock }),
    stacks: createStackService(
      {
        async start(tx, { kind, stackSetId, region, blueprintDigest, requestedBy, person }) {
          const request = await stacksOfSet.prepare(tx, stackSetId, { kind, region, blueprintDigest });
          return operations.read(
            tx,
            await operations.start(tx, { ...request, rollout: undefined, requestedBy, person }),
          );
        },
      },
      dependencies,
    ),
    events: createEventStreams(db, watchEvents),
    async start() {
      durable = await startDurable({
        databaseUrl,
        executorId: newId("host"),
        workflows: [operationWorkflow(executor), rolloutWorkflow(rolloutSteps)],
        notifications,
        logger: deps.logger,
      });
      return durable;
    },
    stop: () => executor.stop(),
  };
}
