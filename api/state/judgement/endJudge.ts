import type { Gate, Verdict } from "../../gate/index.ts";
import type { Deployment } from "../deployments/deployment.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { knownResource } from "./judgedSteps.ts";
import { opener } from "./stepJudge.ts";

/** Judges a state that an update has come to: what is missing in it. It stands, so a refusal is told and undoes nothing. */
export type JudgeEnd = (held: HeldUpdate, deployment: Deployment) => Promise<readonly Verdict[]>;

export function createEndJudge({ gate, sealing }: { readonly gate: Gate; readonly sealing: Sealing }): JudgeEnd {
  return async ({ stack, context }, { resources = [] }) => {
    const open = opener(sealing, stack.id);
    const known = resources
      .filter(({ type, delete: doomed, external }) => gate.wholeTypes.has(type) && !doomed && external !== true)
      .map((resource) => knownResource(resource, open));
    return gate.judgeWhole(context, known, gate.wholeTypes);
  };
}
