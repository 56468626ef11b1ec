import type { WorkflowDefinition } from "../durable/durable.ts";
import { failureOf } from "./operationEnds.ts";
import type { OperationExecutor } from "./operationExecutor.ts";

export const OPERATIONS = "operations";

/** The life of an operation. Its partition is the stack: one operation at a time there. */
export function operationWorkflow(executor: OperationExecutor): WorkflowDefinition {
  return {
    name: OPERATIONS,
    async run(id, step) {
      try {
        // Twice: the attempt rises, the stack's lease is waited for, and the engine goes on from the recorded state.
        while ((await step("execute", () => executor.execute(id))) === "again");
      } catch (error) {
        // Twice: an operation ends once.
        await step("give-up", () => executor.giveUp(id, failureOf(error)));
      }
    },
  };
}
