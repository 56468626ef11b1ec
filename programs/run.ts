import { RunError } from "@pulumi/pulumi";
import type { BlueprintOutputs, Placement } from "./blueprint.ts";
import { buildStack } from "./buildStack.ts";
import { catalog, isBlueprintName } from "./catalog.ts";

export interface BlueprintRun {
  /** The blueprint's name in the catalog. */
  readonly blueprint: string;
  /** As given; the schema checks them and fills in the defaults. */
  readonly inputs: unknown;
  readonly placement: Placement;
}

/**
 * Runs one blueprint of the catalog inside a Pulumi program and answers the stack's outputs. `pulumi up` comes through it, and so does a
 * runner, which calls it many times in one process, one after another: nothing is kept between two calls.
 * Throws RunError, which the engine shows without a stack trace, for an unknown blueprint and for inputs its schema refuses.
 */
export async function runBlueprint({ blueprint, inputs, placement }: BlueprintRun): Promise<BlueprintOutputs> {
  if (!isBlueprintName(blueprint)) {
    const names = Object.keys(catalog.blueprints).join(", ");
    throw new RunError(`there is no blueprint "${blueprint}": choose one of ${names}`);
  }
  return buildStack(catalog.blueprints[blueprint], inputs, placement);
}
