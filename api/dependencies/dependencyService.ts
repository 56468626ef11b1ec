import { type Fault, Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { type ReferringSet, referenceFault } from "./checkReferences.ts";
import {
  edgesOf,
  findSources,
  forgetTaken,
  lockReferences,
  replaceReferences,
  type StoredReference,
} from "./dependencyStore.ts";
import { findReferences } from "./inputReference.ts";
import { needsOf, type Place, stands, usersOf } from "./startFacts.ts";
import { type Judgement, judgeDestroy, judgeUp } from "./startRule.ts";

export interface CheckedReferences {
  readonly references: readonly StoredReference[];
  /** Where a reference stands, or something that only looks like one: pointers from the inputs' root. */
  readonly pointers: readonly string[];
  /** Pointers begin with `/inputs`. */
  readonly faults: readonly Fault[];
}

export interface DependencyService {
  /** Takes turns with every other change of the team's references, until the transaction ends. */
  lock(tx: Tx, team: string): Promise<void>;
  /** Judges every reference in a stack set's inputs. The caller holds the lock. */
  check(tx: Tx, set: ReferringSet & { readonly inputs: unknown }): Promise<CheckedReferences>;
  /**
   * Writes down what a stack set refers to.
   * @throws Problem `dependency-failed` when in one of the regions it could not be brought up, for what it takes is not there and
   * nothing is under way that would bring it.
   */
  write(tx: Tx, set: SetInRegions, references: readonly StoredReference[]): Promise<void>;
  /** @throws Problem `has-dependents` when another stack set takes outputs of this one in one of the regions, and goes on to. */
  requireLeavable(tx: Tx, set: SetInRegions): Promise<void>;
  /** @throws Problem `has-dependents` when any stack takes outputs of this one. */
  requireUnused(db: Database | Tx, stack: Omit<Place, "rollout"> & { readonly name: string }): Promise<void>;
  /** Whether a rollout's step may begin. */
  judge(db: Database, step: Place & { readonly kind: "up" | "destroy" }): Promise<Judgement>;
  /** After a stack is gone, or a whole stack set. */
  forget(db: Database | Tx, gone: { readonly stackSetId: string; readonly region?: string }): Promise<void>;
}

interface SetInRegions {
  readonly id: string;
  readonly name: string;
  readonly target: string;
  readonly regions: readonly string[];
}

export function createDependencyService(): DependencyService {
  return {
    lock: lockReferences,

    async check(tx, set) {
      const { references, faults } = findReferences(set.inputs);
      const names = [...new Set(references.map(({ from }) => from))];
      const found = await findSources(tx, { team: set.team, names });
      const sources = new Map(found.map((source) => [source.name, source]));
      const edges = names.length === 0 ? new Map<string, string[]>() : await edgesOf(tx, set.team, set.name);
      const bad = references.flatMap((each) => referenceFault(set, each, { sources, edges }) ?? []);
      return {
        references: references.flatMap(({ from, pointer, output, region }) => {
          const id = sources.get(from)?.id;
          return id === undefined ? [] : [{ pointer, output, region, sourceId: id }];
        }),
        pointers: [...references, ...faults].map(({ pointer }) => pointer),
        faults: [...faults, ...bad].map((fault) => ({ ...fault, pointer: `/inputs${fault.pointer}` })),
      };
    },

    async write(tx, set, references) {
      await replaceReferences(tx, set.id, references);
      if (references.length === 0) return;
      for (const region of set.regions) {
        const place = { stackSetId: set.id, region };
        const judgement = judgeUp(await needsOf(tx, place), await stands(tx, place));
        if (judgement.kind === "refuse")
          throw dependencyFailed(`${set.name}.${set.target}.${region}`, judgement.stacks);
      }
    },

    async requireLeavable(tx, set) {
      for (const region of set.regions) {
        const users = await usersOf(tx, { stackSetId: set.id, region });
        const staying = users.filter(({ refers, uses, underway }) => refers || (uses && underway.length === 0));
        refuseUsed(`${set.name}.${set.target}.${region}`, staying);
      }
    },

    async requireUnused(db, { name, ...place }) {
      const users = await usersOf(db, place);
      refuseUsed(
        name,
        users.filter(({ uses }) => uses),
      );
    },

    async judge(db, { kind, ...place }) {
      if (kind === "destroy") return judgeDestroy(await usersOf(db, place));
      return judgeUp(await needsOf(db, place), await stands(db, place));
    },

    async forget(db, gone) {
      await forgetTaken(db, gone);
      if (gone.region !== undefined) return;
      await db.deleteFrom("stackSetReferences").where("stackSetId", "=", gone.stackSetId).execute();
    },
  };
}

/** Says of a stack that it cannot be brought up, and which of those it takes outputs of are not up. */
export function dependencyFailed(stack: string, on: readonly string[]): Problem {
  const [first = ""] = on;
  const detail =
    `${stack} takes outputs of ${on.join(", ")}, which ${on.length === 1 ? "is" : "are"} not up, and nothing is under way that would change that. ` +
    `See why with GET /v1/stacks/${first}, mend it, and ask again.`;
  return new Problem("dependency-failed", detail, { facts: { stack, dependencies: on } });
}

/** Says of a stack that it cannot be torn down, and which stacks take outputs of it. */
export function hasDependents(stack: string, dependents: readonly string[]): Problem {
  const detail = `${dependents.join(", ")} ${dependents.length === 1 ? "takes" : "take"} outputs of ${stack}. Tear down first what depends on it, or give it values in place of the references.`;
  return new Problem("has-dependents", detail, { facts: { stack, dependents } });
}

function refuseUsed(stack: string, users: readonly { readonly stack: string }[]): void {
  if (users.length === 0) return;
  throw hasDependents(
    stack,
    users.map((user) => user.stack),
  );
}
