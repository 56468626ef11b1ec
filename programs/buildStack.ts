import { RunError } from "@pulumi/pulumi";
import type { Blueprint, BlueprintOutputs, Placement } from "./blueprint.ts";
import { checkInputs } from "./checkInputs.ts";

/**
 * Declares what the blueprint builds from these inputs, inside a Pulumi program, and answers the stack's outputs. Throws RunError, with
 * every problem, for inputs that its schema refuses.
 */
export async function buildStack(
  blueprint: Blueprint,
  inputs: unknown,
  placement: Placement,
): Promise<BlueprintOutputs> {
  const checked = checkInputs(blueprint, inputs);
  if (!checked.ok) {
    const problems = checked.problems.map(({ pointer, message }) => `  ${pointer || "/"}: ${message}`);
    throw new RunError(`the inputs of ${blueprint.name} are refused:\n${problems.join("\n")}`);
  }
  const program = await blueprint.load();
  return program(checked.inputs, placement);
}
