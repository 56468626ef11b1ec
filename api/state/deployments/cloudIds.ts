import type { Database } from "../../db/database.ts";
import { listStacks } from "../stacks/stackStore.ts";
import type { Resource } from "./deployment.ts";
import type { StateArchive } from "./stateArchive.ts";

export interface CloudIds {
  /** Which stack's state holds each of these ids or ARNs of a cloud; those that several stacks hold, or none, are not in it. */
  stacksByCloudId(wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, string>>;
}

/** Reads every state there is: for what is asked for seldom. */
export function createCloudIds(db: Database, archive: StateArchive): CloudIds {
  return {
    async stacksByCloudId(wanted) {
      const found = new Map<string, string | undefined>();
      if (wanted.size === 0) return new Map();
      for (const stack of await listStacks(db, {})) {
        if (stack.resourceCount === 0) continue;
        const { deployment } = await archive.checkpoint(db, stack.id, stack.version);
        for (const id of (deployment.resources ?? []).flatMap(idsOf)) {
          if (!wanted.has(id)) continue;
          const shared = found.has(id) && found.get(id) !== stack.id;
          found.set(id, shared ? undefined : stack.id);
        }
      }
      return new Map([...found].flatMap(([id, stack]) => (stack === undefined ? [] : [[id, stack] as const])));
    },
  };
}

/** What a program only reads is somebody else's. */
function idsOf({ id, outputs, custom, external }: Resource): readonly string[] {
  if (custom !== true || external === true) return [];
  return [id, outputs?.["arn"]].filter((value): value is string => typeof value === "string" && value !== "");
}
