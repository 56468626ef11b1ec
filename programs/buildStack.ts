import { RunError } from "@pulumi/pulumi";
import type { Blueprint, BlueprintOutputs, InputProblem, Placement } from "./blueprint.ts";
import { checkInputs } from "./checkInputs.ts";

/**
 * Declares what the blueprint builds from these inputs, inside a Pulumi program, and answers the stack's outputs. Throws RunError, with
 * every problem, for inputs that its schema refuses, or that do not fit the region.
 */
export async function buildStack(
  blueprint: Blueprint,
  inputs: unknown,
  placement: Placement,
): Promise<BlueprintOutputs> {
  const checked = checkInputs(blueprint, inputs);
  if (!checked.ok) throw refusal(blueprint, checked.problems);
  const problems = blueprint.problemsIn?.(placement.region, checked.inputs) ?? [];
  if (problems.length > 0) throw refusal(blueprint, problems);
  const program = await blueprint.load();
  return program(checked.inputs, placement);
}

function refusal({ name }: Blueprint, problems: readonly InputProblem[]): RunError {
  const lines = problems.map(({ pointer, message }) => `  ${pointer || "/"}: ${message}`);
  return new RunError(`the inputs of ${name} are refused:\n${lines.join("\n")}`);
}
