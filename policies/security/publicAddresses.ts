import { findTag } from "../cost/tags.ts";
import type { Properties } from "../judgedResource.ts";

const tag = "meridian:reached-by";

/** Whether the program says, by a tag, that the world is meant to reach the machines: those that players connect to directly. */
export const isMeantForPlayers = (inputs: object): boolean => {
  const holder = inputs as Properties; // typed inputs are properties too
  return findTag(holder, tag)?.value === "players";
};
