import type { Database } from "../db/database.ts";
import type { TargetService } from "./targetService.ts";

/** Where the target of a stack says that it stands; undefined for a stack that is bound to none. */
export function createPlacements(db: Database, targets: Pick<TargetService, "find">) {
  return async ({ target, region }: { readonly target: string | undefined; readonly region: string | undefined }) => {
    const found = target === undefined ? undefined : await targets.find(db, target);
    if (found === undefined || region === undefined) return undefined;
    return { cloud: found.cloud, account: found.account, region };
  };
}
