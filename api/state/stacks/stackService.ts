import type { Caller } from "../../base/caller.ts";
import type { Clock } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import { doorOf } from "../../gate/index.ts";
import type { StoredDeployment } from "../deployments/deployment.ts";
import type { RequireForgettable } from "../deployments/forgetting.ts";
import type { ImportState } from "../deployments/importService.ts";
import { renameState } from "../deployments/renameState.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import { whileExemptionsEnd } from "../judgement/leaning.ts";
import type { StackSpending } from "../spending/stackSpending.ts";
import type { UpdateRecord } from "../updates/updateRecord.ts";
import { changeUpdate, findUpdate, insertUpdate } from "../updates/updateStore.ts";
import { fullName, type StackName, type StackRecord } from "./stackRecord.ts";
import { changeStack, deleteStack, insertStack, lockStack, projectExists } from "./stackStore.ts";
import { mergeTags } from "./stackTags.ts";
import type { TakeOver } from "./takeOver.ts";

interface StackDeps {
  readonly database: OpenDatabase;
  readonly archive: StateArchive;
  readonly takeOver: TakeOver;
  readonly importState: ImportState;
  readonly bindingOf: BindingOf;
  readonly requireForgettable: RequireForgettable;
  readonly spending: Pick<StackSpending, "release">;
  readonly clock: Clock;
}

/** What a stack that a client makes is bound to by its name; undefined for a stack of a project of one's own. */
export type BindingOf = (name: StackName) => Promise<
  | {
      readonly target: string;
      readonly region: string;
      readonly doors: readonly string[];
      readonly tags: Readonly<Record<string, string>>;
    }
  | undefined
>;

/** What is written together with a change, or not at all. */
type InTransaction = (tx: Tx) => Promise<void>;
const nothingElse: InTransaction = async () => undefined;

export interface StackService {
  /**
   * A stack made by a client: of a project of one's own with both doors, or bound by its name.
   *
   * @throws Problem `already-exists`, `not-found` (the team), and what the binding refuses
   */
  create(
    stack: StackName & { readonly tags: Readonly<Record<string, string>> },
    also?: InTransaction,
  ): Promise<StackRecord>;
  projectExists(team: string, project: string): Promise<boolean>;
  /**
   * As a client asks for it. What a rule protects is forgotten only under an exemption of that rule.
   *
   * @throws Problem `stack-not-empty` unless forced, `policy-denied`, `stack-locked`
   */
  removeForClient(
    id: string,
    options: { readonly caller: Caller; readonly force: boolean; readonly also?: InTransaction },
  ): Promise<void>;
  /** @throws Problem `stack-not-empty` unless forced, `stack-locked` */
  remove(id: string, options: { readonly force: boolean; readonly also?: InTransaction }): Promise<void>;
  /** @throws Problem `reserved-tag` */
  retag(id: string, tags: Readonly<Record<string, string>>, also?: InTransaction): Promise<void>;
  /**
   * Gives the stack, and every URN in its state, another name; a version of its own where there is a state.
   *
   * @throws Problem `already-exists`, `stack-locked`, `invalid-transition` for a stack with a target
   */
  rename(id: string, renaming: Renaming & { readonly also?: InTransaction }): Promise<void>;
  /** The update that holds the stack; undefined when none does. */
  runningUpdate(stack: StackRecord): Promise<UpdateRecord | undefined>;
  /** The state as it is now; of a running update as far as it has come. */
  readState(stack: StackRecord): Promise<StoredDeployment>;
  readVersion(stack: StackRecord, version: number): Promise<StoredDeployment | undefined>;
  readonly importState: ImportState;
}

interface Renaming {
  readonly caller: Caller;
  readonly to: { readonly project: string; readonly name: string };
}

/** By these doors a stack that a client makes is changed. */
const CLIENTS_DOORS = ["cli", "service"] as const;

export function createStackService(deps: StackDeps): StackService {
  const { database, archive, takeOver, importState, bindingOf, requireForgettable, spending, clock } = deps;
  const { db } = database;

  /** Runs with the stack's row locked and no update holding it. */
  async function alone(id: string, work: (tx: Tx, stack: StackRecord) => Promise<void>): Promise<void> {
    await db.transaction().execute(async (tx) => {
      const stack = await lockStack(tx, id);
      if (stack === undefined) throw new Problem("not-found", "There is no such stack.");
      await work(tx, await takeOver(tx, stack));
    });
  }

  const readState = async (stack: StackRecord): Promise<StoredDeployment> =>
    archive.current(db, stack, await runningUpdate(stack));

  async function runningUpdate({ activeUpdate }: StackRecord): Promise<UpdateRecord | undefined> {
    const found = activeUpdate === undefined ? undefined : await findUpdate(db, activeUpdate);
    return found?.status === "running" ? found : undefined;
  }

  async function renameInState(
    tx: Tx,
    stack: StackRecord,
    { caller, to }: Renaming,
  ): Promise<{ readonly version?: number }> {
    if (stack.version === 0) return {};
    const present = await archive.checkpoint(tx, stack.id, stack.version);
    const renamed = { ...present, deployment: renameState(present.deployment, stack, to) };
    const version = stack.version + 1;
    const id = await insertUpdate(tx, {
      stackId: stack.id,
      kind: "import",
      dryRun: false,
      operation: caller.operation?.id,
      door: doorOf(caller),
      requestedBy: caller.name,
      actor: caller.id,
      request: { config: {}, message: `renamed from ${fullName(stack)}`, environment: {} },
    });
    const now = clock.now();
    await changeUpdate(tx, id, { status: "succeeded", version, startedAt: now, finishedAt: now });
    await archive.saveCheckpoint(tx, { stackId: stack.id, version }, renamed);
    return { version };
  }

  return {
    importState,
    projectExists: (team, project) => projectExists(db, team, project),

    async create({ tags, ...name }, also = nothingElse) {
      const team = await db.selectFrom("teams").select("name").where("name", "=", name.team).executeTakeFirst();
      if (team === undefined) throw new Problem("not-found", `There is no organization ${name.team}.`);
      const bound = await bindingOf(name);
      const own = { doors: CLIENTS_DOORS, ...bound };
      const wanted = { ...name, ...own, tags: { ...mergeTags({}, tags), ...bound?.tags } };
      const stack = await db.transaction().execute(async (tx) => {
        const made = await insertStack(tx, wanted);
        if (made !== undefined) await also(tx);
        return made;
      });
      if (stack === undefined) throw new Problem("already-exists", `The stack ${fullName(name)} was made before.`);
      return stack;
    },

    removeForClient: (id, { caller, force, also = nothingElse }) =>
      whileExemptionsEnd(() =>
        alone(id, async (tx, stack) => {
          if (stack.resourceCount > 0 && !force) throw notEmpty(stack);
          await spending.release(tx, stack); // first: a budget is locked before an exemption
          await requireForgettable(tx, stack, caller);
          await deleteStack(tx, id);
          await also(tx);
        }),
      ),

    remove: (id, { force, also = nothingElse }) =>
      alone(id, async (tx, stack) => {
        if (stack.resourceCount > 0 && !force) throw notEmpty(stack);
        await deleteStack(tx, id);
        await spending.release(tx, stack);
        await also(tx);
      }),

    async retag(id, tags, also = nothingElse) {
      await db.transaction().execute(async (tx) => {
        const stack = await lockStack(tx, id);
        if (stack === undefined) throw new Problem("not-found", "There is no such stack.");
        await changeStack(tx, id, { tags: mergeTags(stack.tags, tags) });
        await also(tx);
      });
    },

    rename: (id, { caller, to, also = nothingElse }) =>
      alone(id, async (tx, stack) => {
        if (stack.target !== undefined)
          throw new Problem("invalid-transition", `${fullName(stack)} belongs to a stack set, which names it.`);
        const { team } = stack;
        if ((await bindingOf({ team, ...to })) !== undefined)
          throw new Problem(
            "invalid-transition",
            `${fullName({ team, ...to })} is bound to a target: make it, do not rename to it.`,
          );
        const taken = tx.selectFrom("stacks").select("id").where("team", "=", team).where("project", "=", to.project);
        if ((await taken.where("name", "=", to.name).executeTakeFirst()) !== undefined)
          throw new Problem("already-exists", `The name ${fullName({ team, ...to })} is taken.`);
        await changeStack(tx, id, { ...to, ...(await renameInState(tx, stack, { caller, to })) });
        await also(tx);
      }),

    runningUpdate,
    readState,

    async readVersion(stack, version) {
      if (version < 1 || version > stack.version) return undefined;
      if (version === stack.version) return readState(stack);
      // An update that recorded nothing left the state of the version before it.
      return archive.checkpoint(db, stack.id, version);
    },
  };
}

const notEmpty = (stack: StackRecord): Problem =>
  new Problem("stack-not-empty", `${fullName(stack)} still has ${stack.resourceCount} resources: destroy it.`);
