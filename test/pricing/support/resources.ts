import type { PricedResource } from "../../../pricing/index.ts";

/** A resource of a stack, as a state would hold it. */
export const priced = (
  type: string,
  inputs: PricedResource["inputs"],
  more: Partial<PricedResource> = {},
): PricedResource => {
  const name = more.name ?? type.slice(type.lastIndexOf(":") + 1).toLowerCase();
  return { urn: `urn:pulumi:dev::realm::${type}::${name}`, type, name, inputs, ...more };
};

/** As the engine writes a text that nobody knows yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
