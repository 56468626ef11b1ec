import { sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";
import type { DependencyService } from "../dependencies/dependencyService.ts";
import { findReferences } from "../dependencies/inputReference.ts";
import {
  otherRegionsTag,
  PROJECT,
  type StackPlacement,
  stackConfig,
  stackName,
  stackTags,
} from "../operations/stackConfig.ts";
import { refusedTeardown, type Teardown } from "../operations/teardown.ts";
import type { StacksOfSet } from "./rolloutSteps.ts";

/** What is needed of the state backend. */
export interface StackKeeper {
  /** Makes the stack, or brings the configuration and tags of the one that is there up to date. */
  ensureStack(tx: Tx, stack: NewStack): Promise<{ readonly id: string }>;
  findStack(
    stack: { readonly team: string; readonly project: string; readonly name: string },
    tx?: Tx,
  ): Promise<{ readonly id: string; readonly config: Readonly<Record<string, string>> | undefined } | undefined>;
  removeStack(stack: { readonly team: string; readonly project: string; readonly name: string }): Promise<void>;
  /** What the destroy of a whole stack would take, and what rules say to it. */
  viewTeardown(stackId: string): Promise<Teardown>;
}

export interface NewStack {
  readonly team: string;
  readonly project: string;
  readonly name: string;
  readonly stackSetId: string;
  readonly target: string;
  readonly region: string;
  readonly doors: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, string>>;
}

/**
 * The artefact that a request means, when the stack set's inputs fit it.
 *
 * @throws Problem `invalid-request` otherwise.
 */
export type ChooseArtefact = (
  tx: Tx,
  choice: { readonly team: string; readonly blueprint: string; readonly wanted: string; readonly inputs: unknown },
) => Promise<string>;

export interface StacksOfSetDeps {
  readonly db: Database;
  readonly keeper: StackKeeper;
  readonly dependencies: Pick<DependencyService, "forget">;
  readonly chooseArtefact: ChooseArtefact;
  /** The regions beside its own in which a stack makes things. */
  readonly reachOf: (
    tx: Tx,
    artefact: { readonly name: string; readonly digest: string },
    stack: { readonly region: string; readonly inputs: unknown },
  ) => Promise<readonly { readonly region: string }[]>;
}

export function createStacksOfSet(deps: StacksOfSetDeps): StacksOfSet {
  const { db, keeper, dependencies, chooseArtefact, reachOf } = deps;

  /** Until an operation has looked up what the inputs refer to, a laptop sees what the stack was last brought up with. */
  async function configOf(tx: Tx, placement: StackPlacement, name: string): Promise<Readonly<Record<string, string>>> {
    const config = stackConfig(placement);
    if (findReferences(placement.inputs).references.length === 0) return config;
    const known = await keeper.findStack({ team: placement.team, project: PROJECT, name }, tx);
    const inputs = known?.config?.["meridian:inputs"];
    return inputs === undefined ? config : { ...config, "meridian:inputs": inputs };
  }

  return {
    async prepare(tx, stackSetId, { region, kind, blueprintDigest: wanted }) {
      const set = await readSet(tx, stackSetId);
      const { team, name: stackSet, blueprint, inputs } = set;
      const target = { name: set.target, cloud: set.cloud, account: set.account, environment: set.environment };
      const placement: StackPlacement = { team, stackSet, region, target, blueprint, inputs };
      const stack = stackName({ stackSet, target: target.name, region });
      const known = await keeper.findStack({ team, project: PROJECT, name: stack }, tx);
      const own = known === undefined ? null : await movedTo(tx, known.id);
      const blueprintDigest =
        wanted === undefined
          ? (own ?? set.blueprintDigest)
          : await chooseArtefact(tx, { team, blueprint, wanted, inputs });
      const reached = await reachOf(tx, { name: blueprint, digest: blueprintDigest }, { region, inputs });
      const { id: stackId } = await keeper.ensureStack(tx, {
        team,
        project: PROJECT,
        name: stack,
        stackSetId: set.id,
        target: target.name,
        region,
        doors: set.doors,
        tags: { ...stackTags(placement), ...otherRegionsTag(reached.map((each) => each.region)) },
        config: await configOf(tx, placement, stack),
      });
      if (wanted !== undefined && kind === "up") {
        await move(tx, stackId, blueprintDigest === set.blueprintDigest ? null : blueprintDigest);
      }
      const where = { target: target.name, cloud: target.cloud, region, team };
      return {
        kind,
        stack,
        stackId,
        stackSetId: set.id,
        stackSet,
        ...where,
        blueprint,
        blueprintDigest,
        inputs,
      };
    },

    async isKept(stackSetId, region) {
      const { team, name: stackSet, target } = await readSet(db, stackSetId);
      const found = await keeper.findStack({ team, project: PROJECT, name: stackName({ stackSet, target, region }) });
      return found !== undefined && refusedTeardown(await keeper.viewTeardown(found.id)) !== undefined;
    },

    async remove(rollout, { region }) {
      const set = await readSet(db, rollout.stackSetId);
      const name = stackName({ stackSet: set.name, target: set.target, region });
      await keeper.removeStack({ team: set.team, project: PROJECT, name });
      await dependencies.forget(db, { stackSetId: set.id, region });
    },

    async forget(tx, stackSetId) {
      await tx.updateTable("stackSets").set({ deletedAt: sql`now()` }).where("id", "=", stackSetId).execute();
      await dependencies.forget(tx, { stackSetId });
    },

    async keep(tx, stackSetId) {
      await tx.updateTable("stackSets").set({ status: "active" }).where("id", "=", stackSetId).execute();
    },
  };
}

async function movedTo(tx: Tx, stackId: string): Promise<string | null> {
  const row = await tx.selectFrom("stacks").select("blueprintDigest").where("id", "=", stackId).executeTakeFirst();
  return row?.blueprintDigest ?? null;
}

/** Null: the stack goes with its stack set again. */
async function move(tx: Tx, stackId: string, blueprintDigest: string | null): Promise<void> {
  await tx.updateTable("stacks").set({ blueprintDigest }).where("id", "=", stackId).execute();
}

function readSet(from: Database | Tx, id: string) {
  return from
    .selectFrom("stackSets")
    .innerJoin("targets", "targets.name", "stackSets.target")
    .selectAll("stackSets")
    .select(["targets.cloud", "targets.account", "targets.environment", "targets.doors"])
    .where("stackSets.id", "=", id)
    .executeTakeFirstOrThrow();
}
