import * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId.js";
import { type ComponentPlace, componentType } from "../stackContext.ts";

/**
 * What tells apart physical names of stacks that share an account: two teams may both have a stack set `launch`. Random and held in
 * the state, not derived from team or backend, so that a stack that moves to another backend keeps its names.
 */
export class StackNames extends pulumi.ComponentResource {
  readonly suffix: pulumi.Output<string>;

  constructor(name: string, blueprint: string, place: ComponentPlace) {
    super(componentType(blueprint, "StackNames"), name, {}, place);
    this.suffix = new RandomId(`${name}-suffix`, { byteLength: 4 }, { parent: this }).hex;
    this.registerOutputs({ suffix: this.suffix });
  }
}
