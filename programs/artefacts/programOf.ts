import type { Blueprint, BlueprintOutputs, InputProblem, Placement } from "../blueprint.ts";
import { buildStack } from "../buildStack.ts";
import { checkInputs } from "../checkInputs.ts";

/** What a runner calls of an artefact: the exports of the module that `blueprint.json` names. */
export interface ArtefactProgram {
  /** Declares the resources of a stack, inside a Pulumi program. Fills in the defaults of the inputs itself. */
  readonly program: (inputs: unknown, placement: Placement) => Promise<BlueprintOutputs>;
  /** What of the inputs no schema can say; without it the schema is all. No engine runs while it does. */
  readonly checkInputs: (inputs: unknown) => readonly InputProblem[];
}

/** The blueprint of this name among a module's exports, as a runner calls it. */
export function programOf(exported: Readonly<Record<string, Blueprint>>, name: string): ArtefactProgram {
  const blueprint = Object.values(exported).find((each) => each.name === name);
  if (blueprint === undefined) throw new Error(`The artefact's module exports no blueprint ${name}.`);
  return {
    program: (inputs, placement) => buildStack(blueprint, inputs, placement),
    checkInputs(inputs) {
      const checked = checkInputs(blueprint, inputs);
      return checked.ok ? [] : checked.problems;
    },
  };
}
