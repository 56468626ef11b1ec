import type { WorkflowDefinition } from "../durable/durable.ts";
import { failureOf } from "../operations/operationEnds.ts";
import type { RolloutSteps } from "./rolloutSteps.ts";

export const ROLLOUTS = "rollouts";

/**
 * The life of a rollout. Its partition is the stack set, so a second one waits behind the first. Regions follow one
 * another; the first that does not succeed ends it.
 */
export function rolloutWorkflow(steps: RolloutSteps): WorkflowDefinition {
  return {
    name: ROLLOUTS,
    async run(id, step) {
      try {
        // Twice: a rollout that runs already goes on.
        const operations = await step("begin", () => steps.begin(id));
        for (const operation of operations) {
          // Twice: the operation's id was chosen with the plan, so it is made once.
          const started = await step("start-region", () => steps.startRegion(id, operation));
          if (!started) break;
          // Twice: it only waits.
          const succeeded = await step("await-region", () => steps.awaitRegion(operation));
          if (!succeeded) break;
          // Twice: a stack that is removed stays removed.
          await step("settle-region", () => steps.settleRegion(id, operation));
        }
        // Twice: a rollout ends once.
        await step("conclude", () => steps.conclude(id));
      } catch (error) {
        // Twice: a rollout ends once.
        await step("give-up", () => steps.giveUp(id, failureOf(error)));
      }
    },
  };
}
