import type { Database } from "../../db/database.ts";
import { opener } from "../judgement/stepJudge.ts";
import { type OpenedValue, openConfig } from "../secrets/openedConfig.ts";
import { openSecrets } from "../secrets/openSecrets.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { StackName } from "../stacks/stackRecord.ts";
import { findStackById } from "../stacks/stackStore.ts";
import type { UpdateRequest } from "../updates/updateRecord.ts";
import type { StoredDeployment } from "./deployment.ts";
import type { StateArchive } from "./stateArchive.ts";

/** One version of a stack with its secrets in clear: all that somebody needs to go on without the service. */
export interface StateCopy {
  readonly stack: StackName & { readonly id: string };
  readonly version: number;
  /** Which update made which version, newest first: by it a copy is told from one of another history. */
  readonly lineage: readonly { readonly version: number; readonly update: string }[];
  readonly tags: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, OpenedValue>>;
  readonly state: StoredDeployment;
}

export interface StateCopies {
  /** The versions above `after` that updates have made which have ended, in their order. */
  endedVersions(stackId: string, after: number): Promise<readonly number[]>;
  /** @returns undefined when there is no such stack any more */
  read(stackId: string, version: number): Promise<StateCopy | undefined>;
}

const LINEAGE = 500;
const ENDED = ["succeeded", "failed", "cancelled"];

export function createStateCopies(db: Database, archive: StateArchive, sealing: Sealing): StateCopies {
  const updatesOf = (stackId: string) =>
    db.selectFrom("updates").where("stackId", "=", stackId).where("dryRun", "=", false).where("status", "in", ENDED);

  /** What the service gave the stack, or else what its last update came with. */
  async function configOf(stackId: string, given: Readonly<Record<string, string>> | undefined) {
    if (given !== undefined)
      return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, { value, secret: false }]));
    const query = updatesOf(stackId).select("request").where("kind", "<>", "import").where("version", "is not", null);
    const latest = await query.orderBy("version", "desc").limit(1).executeTakeFirst();
    const request = latest?.request as UpdateRequest | undefined; // the column holds what the update store wrote
    return openConfig(sealing, stackId, request?.config ?? {});
  }

  return {
    async endedVersions(stackId, after) {
      const rows = await updatesOf(stackId).select("version").where("version", ">", after).orderBy("version").execute();
      return rows.flatMap(({ version }) => (version === null ? [] : [version]));
    },

    async read(stackId, version) {
      const stack = await findStackById(db, stackId);
      if (stack === undefined) return undefined;
      const query = updatesOf(stackId).select(["version", "id as update"]).where("version", "<=", version);
      const lineage = await query.orderBy("version", "desc").limit(LINEAGE).execute();
      const { deployment, ...state } = await archive.checkpoint(db, stackId, version);
      const { id, team, project, name, tags } = stack;
      return {
        stack: { id, team, project, name },
        version,
        lineage: lineage.flatMap((made) =>
          made.version === null ? [] : [{ version: made.version, update: made.update }],
        ),
        tags,
        config: await configOf(stackId, stack.config),
        // It replaces values and keeps the shape.
        state: {
          ...state,
          deployment: openSecrets(deployment, opener(sealing, stackId)) as StoredDeployment["deployment"],
        },
      };
    },
  };
}
