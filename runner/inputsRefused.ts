import type { InputProblem } from "../programs/blueprint.ts";
import type { JobReport } from "./wire.ts";

const MOST = 100;

/** A program refuses the inputs of its stack: before any engine was started, and nothing has happened. */
export class InputsRefused extends Error {
  readonly code = "inputs-refused";
  readonly problems: NonNullable<JobReport["problems"]>;

  constructor(blueprint: string, problems: readonly InputProblem[]) {
    super(
      `${blueprint} refuses the inputs: ${problems.map(({ pointer, message }) => `${pointer}: ${message}`).join("; ")}`,
    );
    this.problems = problems
      .slice(0, MOST)
      .map(({ pointer, message }) => ({ pointer: pointer.slice(0, 500), detail: message.slice(0, 2_000) }));
  }
}
