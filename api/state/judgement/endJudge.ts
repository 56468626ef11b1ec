import type { Gate, KnownResource, StepContext } from "../../gate/index.ts";
import type { Deployment, Resource } from "../deployments/deployment.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import { type DecidedStep, rootOf } from "./decisionLedger.ts";
import { knownResource } from "./judgedSteps.ts";
import { opener } from "./stepJudge.ts";

/** Judges a state that an update has come to: what is missing in it. It stands, so a refusal is told and undoes nothing. */
export interface EndJudge {
  /** Whether any rule looks at such a state. */
  looksAt(deployment: Deployment): boolean;
  judge(of: EndedIn, deployment: Deployment): Promise<readonly DecidedStep[]>;
}

interface EndedIn {
  readonly stack: StackRecord;
  readonly context: StepContext;
}

export function createEndJudge({ gate, sealing }: { readonly gate: Gate; readonly sealing: Sealing }): EndJudge {
  const isLookedAt = ({ type, delete: doomed, external }: Resource): boolean =>
    gate.wholeTypes.has(type) && !doomed && external !== true;
  return {
    looksAt: ({ resources = [] }) => resources.some(isLookedAt),
    async judge({ stack, context }, { resources = [] }) {
      const open = opener(sealing, stack.id);
      const known = resources.filter(isLookedAt).map((resource) => knownResource(resource, open));
      const types = wholeTypesOf(gate, known);
      if (types.length === 0) return [];
      const verdicts = await gate.judgeWhole(context, known, gate.wholeTypes);
      return [{ ...rootOf(stack), step: "whole", types, verdicts, late: true }];
    },
  };
}

/** The types of which a judgement of the whole asks, as far as the stack has any. */
export function wholeTypesOf({ wholeTypes }: Gate, resources: readonly KnownResource[]): readonly string[] {
  const there = resources.map(({ type }) => type).filter((type) => wholeTypes.has(type));
  return [...new Set(there)].toSorted();
}
