import { type Caller, maySee } from "../base/caller.ts";
import { absent } from "../http/schemas.ts";

/** The team that the first start makes, and that an admin means without saying. */
export const DEFAULT_TEAM = "default";

/**
 * The team that a request is about: an admin's choice, or the one that the key belongs to.
 *
 * @throws Problem `not-found` when another team is named, whether it exists or not.
 */
export function teamOf(caller: Caller, asked: string | undefined): string {
  const team = asked ?? caller.team ?? DEFAULT_TEAM;
  if (!maySee(caller, team)) throw absent("team", team);
  return team;
}
