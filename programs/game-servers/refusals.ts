import type { Placement } from "../blueprint.ts";
import { withoutDigest } from "../servers/images.ts";
import type { GameServersInputs } from "./inputs.ts";

/** What is wrong with the inputs in this place, each with the pointer to the input. The schema alone does not know the place. */
export function refusals(inputs: GameServersInputs, { environment }: Placement): readonly string[] {
  const pinned = inputs.requireDigest ?? environment === "production";
  return pinned ? withoutDigest(inputs).map(({ input, message }) => `/${input}: ${message}`) : [];
}
