import type { Database, OpenDatabase } from "../../db/database.ts";
import type { Gate, Verdict } from "../../gate/index.ts";
import type { Resource } from "../deployments/deployment.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import type { Sealing } from "../secrets/sealing.ts";
import { stepContextOf } from "../stacks/stackRecord.ts";
import { findStackById } from "../stacks/stackStore.ts";
import type { Placements } from "../updates/heldUpdates.ts";
import { judgedResource, knownResource } from "./judgedSteps.ts";
import { opener } from "./stepJudge.ts";
import { forgetEarlyVerdicts, recordVerdicts } from "./verdictStore.ts";

/** What a teardown of a whole stack would take. */
export interface Teardown {
  /** How many resources would go. */
  readonly deletes: number;
  /** URNs of resources whose program protects them: an engine stops at the first, with others gone already. */
  readonly protectedUrns: readonly string[];
  /** What the rules say of each deletion. */
  readonly verdicts: readonly Verdict[];
}

export interface TeardownJudge {
  /** Judges the deletion of everything in a stack before an engine is started for it, and writes the verdicts down with the operation. */
  judgeTeardown(of: { readonly stackId: string; readonly operation: string }): Promise<Teardown>;
}

interface TeardownDeps {
  readonly database: OpenDatabase;
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly gate: Gate;
  readonly placements: Placements;
}

const nothing: Teardown = { deletes: 0, protectedUrns: [], verdicts: [] };

/** An engine's own preview of a destroy says no more than the state does, and takes a process, a lease and its providers' start. */
export function createTeardownJudge({ database, archive, sealing, gate, placements }: TeardownDeps): TeardownJudge {
  async function resourcesOf(db: Database, stackId: string, version: number): Promise<readonly Resource[]> {
    const { deployment } = await archive.checkpoint(db, stackId, version);
    return deployment.resources ?? [];
  }

  return {
    async judgeTeardown({ stackId, operation }) {
      const { db } = database;
      const stack = await findStackById(db, stackId);
      if (stack === undefined) return nothing;
      const resources = await resourcesOf(db, stackId, stack.version);
      const open = opener(sealing, stackId);
      const dying = resources.filter(({ external, retainOnDelete }) => external !== true && retainOnDelete !== true);
      const steps = dying
        .filter(({ type }) => gate.judgedTypes.has(type))
        .map((resource) => judgedResource({ resource, step: "delete", before: resource, open }));
      const known = resources
        .filter(({ type, delete: doomed }) => gate.watchedTypes.has(type) && doomed !== true)
        .map((resource) => knownResource(resource, open));
      const context = stepContextOf(stack, await placements(stack), "preview");
      const verdicts = (await gate.judgeSteps(context, steps, known)).flat();
      await db.transaction().execute(async (tx) => {
        await forgetEarlyVerdicts(tx, operation);
        await recordVerdicts(tx, { operation }, verdicts);
      });
      const guarded = dying.filter(({ protect }) => protect === true);
      return { deletes: resources.length, protectedUrns: guarded.map(({ urn }) => urn), verdicts };
    },
  };
}
