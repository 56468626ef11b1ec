import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { type IfMatch, requireMatch } from "../http/etag.ts";
import type { Page, PageRequest } from "../http/paging.ts";
import { invalidRequest } from "../http/parse.ts";
import { absent, type Cloud } from "../http/schemas.ts";
import {
  builtinTarget,
  type CreateTarget,
  checkCredentials,
  completeTarget,
  type PatchTarget,
  type Target,
} from "./target.ts";
import {
  deleteTarget,
  findTarget,
  holdTarget,
  insertTarget,
  listTargets,
  lockTarget,
  updateTarget,
  usersOfTarget,
} from "./targetStore.ts";

export interface TargetService {
  /** Makes the built-in target, when the sandbox is on and it does not exist yet. Run it at each start. */
  ensureBuiltin(db: Database): Promise<void>;
  list(db: Database, request: PageRequest): Promise<Page<Target>>;
  /** Undefined when there is none, and for a target of the sandbox while that is switched off. */
  find(db: Database, name: string): Promise<Target | undefined>;
  get(db: Database, name: string): Promise<Target>;
  /** As `find`; the target stays as it is until the transaction ends. */
  hold(tx: Tx, name: string): Promise<Target | undefined>;
  create(tx: Tx, request: CreateTarget): Promise<Target>;
  change(
    tx: Tx,
    name: string,
    edit: { readonly patch: PatchTarget; readonly ifMatch: IfMatch | undefined },
  ): Promise<Target>;
  remove(tx: Tx, name: string, ifMatch: IfMatch | undefined): Promise<void>;
}

export interface TargetDeps {
  readonly clock: Clock;
  /** The setting `MERIDIAN_SANDBOX`. Off, targets of the sandbox are kept but do not exist for anybody. */
  readonly sandbox: boolean;
}

export function createTargetService({ clock, sandbox }: TargetDeps): TargetService {
  const clouds: readonly Cloud[] = sandbox ? ["sandbox", "aws"] : ["aws"];
  const offered = (target: Target | undefined) =>
    target !== undefined && clouds.includes(target.cloud) ? target : undefined;

  async function find(db: Database, name: string): Promise<Target | undefined> {
    return offered(await findTarget(db, name));
  }

  async function lock(tx: Tx, name: string, ifMatch: IfMatch | undefined): Promise<Target> {
    const target = offered(await lockTarget(tx, name));
    if (target === undefined) throw absent("target", name);
    requireMatch(ifMatch, target.generation);
    return target;
  }

  return {
    async ensureBuiltin(db) {
      if (sandbox) await insertTarget(db, builtinTarget);
    },
    list: (db, request) => listTargets(db, { ...request, clouds }),
    find,
    async get(db, name) {
      const target = await find(db, name);
      if (target === undefined) throw absent("target", name);
      return target;
    },
    hold: async (tx, name) => offered(await holdTarget(tx, name)),
    async create(tx, request) {
      if (!clouds.includes(request.cloud)) {
        throw invalidRequest([
          { pointer: "/cloud", detail: "The sandbox is switched off (MERIDIAN_SANDBOX). Use aws." },
        ]);
      }
      const target = await insertTarget(tx, completeTarget(request));
      if (target !== undefined) return target;
      throw new Problem(
        "already-exists",
        `There is a target ${request.name}. Choose another name, or change that one.`,
      );
    },
    async change(tx, name, { patch, ifMatch }) {
      const target = await lock(tx, name, ifMatch);
      const next = {
        ...target,
        regions: patch.regions ?? target.regions,
        doors: patch.doors ?? target.doors,
        credentials: patch.credentials ?? target.credentials,
        requiredPolicies: patch.requiredPolicies ?? target.requiredPolicies,
      };
      checkCredentials(next.cloud, next.credentials);
      await refuseLosingRegions(tx, target, next);
      return updateTarget(tx, name, { ...next, at: clock.now() });
    },
    async remove(tx, name, ifMatch) {
      if (name === builtinTarget.name) {
        throw new Problem(
          "invalid-transition",
          "The built-in target is switched off by MERIDIAN_SANDBOX=off, not removed.",
        );
      }
      await lock(tx, name, ifMatch);
      await refuseUsed(tx, name);
      await deleteTarget(tx, name);
    },
  };
}

async function refuseLosingRegions(tx: Tx, { name, regions }: Target, next: Pick<Target, "regions">): Promise<void> {
  const lost = regions.filter((region) => !next.regions.includes(region));
  if (lost.length === 0) return;
  const users = await usersOfTarget(tx, name);
  const used = lost.filter((region) => users.some((user) => !user.gone && user.regions.includes(region)));
  if (used.length === 0) return;
  throw new Problem(
    "invalid-transition",
    `Stack sets are in ${used.join(", ")}. Move them out before you take it away.`,
    {
      facts: { regions: used },
    },
  );
}

async function refuseUsed(tx: Tx, name: string): Promise<void> {
  const users = await usersOfTarget(tx, name);
  if (users.length === 0) return;
  const present = users.filter((user) => !user.gone).length;
  const why =
    present > 0
      ? `${present} stack set(s) use the target. Tear them down first.`
      : "Stack sets of the past were on the target, and the record of them names it.";
  throw new Problem("invalid-transition", why, { facts: { stackSets: present } });
}
