import type { Gate, KnownResource } from "../../gate/index.ts";
import type { Deployment } from "../deployments/deployment.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { type DecidedStep, rootOf } from "./decisionLedger.ts";
import { knownResource } from "./judgedSteps.ts";
import { opener } from "./stepJudge.ts";

/** Judges a state that an update has come to: what is missing in it. It stands, so a refusal is told and undoes nothing. */
export type JudgeEnd = (held: HeldUpdate, deployment: Deployment) => Promise<readonly DecidedStep[]>;

export function createEndJudge({ gate, sealing }: { readonly gate: Gate; readonly sealing: Sealing }): JudgeEnd {
  return async ({ stack, context }, { resources = [] }) => {
    const open = opener(sealing, stack.id);
    const known = resources
      .filter(({ type, delete: doomed, external }) => gate.wholeTypes.has(type) && !doomed && external !== true)
      .map((resource) => knownResource(resource, open));
    const types = wholeTypesOf(gate, known);
    if (types.length === 0) return [];
    const verdicts = await gate.judgeWhole(context, known, gate.wholeTypes);
    return [{ ...rootOf(stack), step: "whole", types, verdicts, late: true }];
  };
}

/** The types of which a judgement of the whole asks, as far as the stack has any. */
export function wholeTypesOf({ wholeTypes }: Gate, resources: readonly KnownResource[]): readonly string[] {
  const there = resources.map(({ type }) => type).filter((type) => wholeTypes.has(type));
  return [...new Set(there)].toSorted();
}
