import { Problem } from "../../base/problem.ts";
import type { Database, OpenDatabase, Tx } from "../../db/database.ts";
import type { StoredDeployment } from "../deployments/deployment.ts";
import { fullName, type StackName, type StackRecord } from "./stackRecord.ts";
import type { StackService } from "./stackService.ts";
import {
  changeStack,
  findStackById,
  findStackByName,
  insertStack,
  type ListedStack,
  listStacks,
  type NewStack,
  type StackFilter,
} from "./stackStore.ts";

/** Stacks as the rest of the service deals with them. */
export interface ServiceStacks {
  /**
   * Makes a stack, or gives an existing one this target, region, doors, tags and configuration; tags that clients have set
   * stay. Inside `tx` where one is given.
   */
  ensureStack(tx: Tx | undefined, stack: NewStack): Promise<StackRecord>;
  /** Replaces the configuration that a laptop gets by `pulumi config refresh`. */
  setConfig(tx: Tx, id: string, config: Readonly<Record<string, string>>): Promise<void>;
  findStack(name: StackName, tx?: Tx): Promise<StackRecord | undefined>;
  findStackById(id: string, tx?: Tx): Promise<StackRecord | undefined>;
  listStacks(filter: StackFilter): Promise<readonly ListedStack[]>;
  /** Removes a stack with its history; nothing happens when it is gone. @throws Problem `stack-not-empty`, `stack-locked` */
  removeStack(id: string, options?: { readonly force?: boolean }): Promise<void>;
  /** A secret output is `{"secret": true}`. @throws Problem `not-found` */
  readOutputs(id: string): Promise<Readonly<Record<string, unknown>>>;
  /** The state, as far as a running update has come; secrets in it are still sealed. @throws Problem `not-found` */
  readDeployment(id: string): Promise<StoredDeployment>;
}

interface ServiceStackDeps {
  readonly database: OpenDatabase;
  readonly stacks: StackService;
}

export function createServiceStacks({ database, stacks }: ServiceStackDeps): ServiceStacks {
  const { db } = database;

  async function ensure(on: Database | Tx, wanted: NewStack): Promise<StackRecord> {
    const made = await insertStack(on, wanted);
    if (made !== undefined) return made;
    const found = await findStackByName(on, wanted);
    if (found === undefined) throw new Problem("unavailable", `${fullName(wanted)} is being removed. Try again.`);
    const { team: _, project: __, name: ___, tags, ...change } = wanted;
    await changeStack(on, found.id, { ...change, tags: { ...found.tags, ...tags } });
    return required(await findStackById(on, found.id), found.id);
  }

  return {
    ensureStack: (tx, wanted) => ensure(tx ?? db, wanted),
    setConfig: (tx, id, config) => changeStack(tx, id, { config }),
    findStack: (name, tx) => findStackByName(tx ?? db, name),
    findStackById: (id, tx) => findStackById(tx ?? db, id),
    listStacks: (filter) => listStacks(db, filter),
    async removeStack(id, options = {}) {
      const found = await findStackById(db, id);
      if (found !== undefined) await stacks.remove(id, { force: options.force === true });
    },
    readOutputs: async (id) => required(await findStackById(db, id), id).outputs,
    readDeployment: async (id) => stacks.readState(required(await findStackById(db, id), id)),
  };
}

function required(stack: StackRecord | undefined, id: string): StackRecord {
  if (stack === undefined) throw new Problem("not-found", `There is no stack with the id ${id}.`);
  return stack;
}
