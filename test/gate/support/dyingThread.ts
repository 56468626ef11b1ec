import { parentPort } from "node:worker_threads";
import type { StepsToThread } from "../../../api/gate/judgeMessages.ts";

/**
 * A thread that dies of resources called `deadly`, with their secret in its words, and never comes back from those called
 * `endless`; it says of those called `count` how many changes it was told of with them, and has no objection to others.
 */
parentPort?.on("message", ({ id, steps, changes }: StepsToThread) => {
  if (steps.some(({ name }) => name === "deadly")) throw new Error("the password is hush");
  while (steps.some(({ name }) => name === "endless"));
  const told = [{ message: `${changes.length} changes` }];
  parentPort?.postMessage({ id, verdicts: steps.map(({ name }) => (name === "count" ? told : [])) });
});
parentPort?.postMessage("ready");
