import type { Placement } from "../blueprint.ts";
import { type Images, withoutDigest } from "./images.ts";

interface PinnedInputs extends Images {
  readonly requireDigest?: boolean | undefined;
}

/** What is wrong with the inputs in this place, each with the pointer to the input. The schema alone does not know the place. */
export function refusals(inputs: PinnedInputs, { environment }: Pick<Placement, "environment">): readonly string[] {
  const pinned = inputs.requireDigest ?? environment === "production";
  return pinned ? withoutDigest(inputs).map(({ input, message }) => `/${input}: ${message}`) : [];
}
