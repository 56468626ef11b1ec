import { parentPort } from "node:worker_threads";
import type { ToThread } from "../../../api/gate/judgeWorker.ts";

/** A thread that dies of resources called `deadly`, with their secret in its words, and has no objection to others. */
parentPort?.on("message", ({ id, steps }: ToThread) => {
  if (steps.some(({ name }) => name === "deadly")) throw new Error("the password is hush");
  parentPort?.postMessage({ id, verdicts: steps.map(() => []) });
});
