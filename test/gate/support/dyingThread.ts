import { parentPort } from "node:worker_threads";
import type { StepsToThread } from "../../../api/gate/judgeWorker.ts";

/**
 * A thread that dies of resources called `deadly`, with their secret in its words; it says of those called `count` how many
 * changes it was told of with them, and has no objection to others.
 */
parentPort?.on("message", ({ id, steps, changes }: StepsToThread) => {
  if (steps.some(({ name }) => name === "deadly")) throw new Error("the password is hush");
  const told = [{ message: `${changes.length} changes` }];
  parentPort?.postMessage({ id, verdicts: steps.map(({ name }) => (name === "count" ? told : [])) });
});
