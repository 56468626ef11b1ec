import type { Caller } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { type Fault, Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { CheckedReferences, DependencyService } from "../dependencies/dependencyService.ts";
import { type IfMatch, requireMatch } from "../http/etag.ts";
import type { Page, PageRequest } from "../http/paging.ts";
import { invalidRequest } from "../http/parse.ts";
import { absent } from "../http/schemas.ts";
import type { QuotaCheck } from "../quotas/quotaCheck.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import { type BlueprintReader, chooseArtefact, faultsOfInputs } from "./artefactChoice.ts";
import { mergePatch } from "./mergePatch.ts";
import {
  type CreateStackSet,
  createStackSet,
  type PatchStackSet,
  type RolloutStarter,
  type RolloutView,
  type StackSet,
  type StackSetView,
} from "./stackSet.ts";
import {
  findStackSet,
  forgetMoves,
  insertStackSet,
  listStackSets,
  lockStackSet,
  movedTo,
  toView,
  updateStackSet,
} from "./stackSetStore.ts";

/** What it needs to know of targets. */
interface TargetReader {
  /** Held as it is until the transaction ends. */
  hold(
    tx: Tx,
    name: string,
  ): Promise<
    | {
        readonly cloud: string;
        readonly account: string;
        readonly environment: string;
        readonly regions: readonly string[];
        readonly doors: readonly string[];
      }
    | undefined
  >;
}

export interface StackSetDeps {
  readonly blueprints: BlueprintReader;
  readonly targets: TargetReader;
  readonly dependencies: DependencyService;
  readonly quotas: QuotaCheck;
  readonly rollouts: RolloutStarter;
  readonly clock: Clock;
}

/** Which stack set, as a caller names it. */
interface Named {
  readonly caller: Caller;
  readonly name: string;
  readonly team: string | undefined;
  readonly ifMatch?: IfMatch | undefined;
}

export interface Started {
  readonly stackSet: StackSet;
  readonly rollout: RolloutView;
  /** Whether the quotas of the target's account could be asked for; undefined for a teardown, which takes nothing. */
  readonly quotas?: "checked" | "not checked";
}

export interface StackSetService {
  list(
    db: Database,
    request: PageRequest & { readonly caller: Caller; readonly team: string | undefined },
  ): Promise<Page<StackSetView>>;
  get(db: Database, named: Named): Promise<StackSetView>;
  create(tx: Tx, request: CreateStackSet, caller: Caller): Promise<Started>;
  change(tx: Tx, named: Named, patch: PatchStackSet): Promise<Started>;
  /** Starts the teardown, or gives the one that is under way. */
  remove(tx: Tx, named: Named): Promise<Started>;
}

export function createStackSetService(deps: StackSetDeps): StackSetService {
  const { dependencies, rollouts, clock } = deps;

  async function lock(tx: Tx, { caller, name, team, ifMatch }: Named): Promise<StackSet> {
    await dependencies.lock(tx, teamOf(caller, team));
    const found = await lockStackSet(tx, { team: teamOf(caller, team), name });
    if (found === undefined) throw absent("stack set", name);
    requireMatch(ifMatch, found.generation);
    return found;
  }

  return {
    async list(db, { caller, team, ...page }) {
      const asked = teamOf(caller, team);
      await requireTeam(db, asked);
      return listStackSets(db, { ...page, team: asked });
    },

    async get(db, { caller, name, team }) {
      const found = await findStackSet(db, { team: teamOf(caller, team), name });
      if (found === undefined) throw absent("stack set", name);
      return toView(found);
    },

    async create(tx, request, caller) {
      const team = teamOf(caller, request.team);
      await requireTeam(tx, team);
      await dependencies.lock(tx, team);
      const { references, quotas, ...admitted } = await admit(tx, deps, { ...request, team });
      const { name, blueprint, blueprintDigest, target, regions, inputs } = admitted;
      const row = { team, name, blueprint, blueprintDigest, target, regions, inputs, createdBy: caller.name };
      const stackSet = await insertStackSet(tx, row);
      if (stackSet === undefined) {
        throw new Problem(
          "already-exists",
          `The team ${team} has a stack set ${name}. Change that one, or choose another name.`,
        );
      }
      await dependencies.write(tx, stackSet, references);
      const rollout = await rollouts.start(tx, {
        kind: "create",
        stackSet,
        before: [],
        after: regions,
        requestedBy: caller.name,
        person: caller.person,
      });
      return { stackSet, rollout, quotas };
    },

    async change(tx, named, patch) {
      const before = await lock(tx, named);
      if (before.status === "deleting") {
        throw new Problem("invalid-transition", `${before.name} is being torn down. Create it anew when it is gone.`);
      }
      const { blueprintDigest: wanted, ...rest } = patch;
      if (wanted !== undefined) await forgetMoves(tx, before.id);
      const given = wanted === undefined ? before.inputs : await givenInputs(tx, deps, before);
      const { regions, inputs, blueprintDigest, references, quotas } = await admit(tx, deps, {
        ...before,
        ...patched.parse(mergePatch({ regions: before.regions, inputs: given }, rest)),
        blueprintDigest: wanted,
        kept: before.blueprintDigest,
        elsewhere: await movedTo(tx, before.id),
      });
      const leaving = before.regions.filter((region) => !regions.includes(region));
      await dependencies.requireLeavable(tx, { ...before, regions: leaving });
      const stackSet = await updateStackSet(tx, { ...before, regions, inputs, blueprintDigest }, clock.now());
      await dependencies.write(tx, stackSet, references);
      const { name: requestedBy, person } = named.caller;
      const rollout = await rollouts.start(tx, {
        kind: "update",
        stackSet,
        before: before.regions,
        after: regions,
        requestedBy,
        person,
      });
      return { stackSet, rollout, quotas };
    },

    async remove(tx, named) {
      const before = await lock(tx, named);
      const underway = before.status === "deleting" ? await rollouts.teardownOf(tx, before.id) : undefined;
      if (underway !== undefined) return { stackSet: before, rollout: underway };
      await dependencies.requireLeavable(tx, before);
      const stackSet = await updateStackSet(tx, { ...before, status: "deleting" }, clock.now());
      const { name: requestedBy, person } = named.caller;
      const rollout = await rollouts.start(tx, {
        kind: "destroy",
        stackSet,
        before: before.regions,
        after: [],
        requestedBy,
        person,
      });
      return { stackSet, rollout };
    },
  };
}

/** Another artefact has defaults of its own, and perhaps no such input. */
function givenInputs(tx: Tx, { blueprints }: StackSetDeps, { blueprint, blueprintDigest, inputs }: StackSet) {
  return blueprints.withoutDefaults(tx, { name: blueprint, digest: blueprintDigest }, inputs);
}

/** A merge patch that takes a member away leaves it absent: no inputs are the defaults, no regions are refused before. */
const patched = createStackSet.pick({ regions: true, inputs: true });

type Asked = Pick<CreateStackSet, "name" | "blueprint" | "blueprintDigest" | "target" | "regions" | "inputs"> & {
  readonly team: string;
  /** The artefact that the stack set has; undefined for a new one. */
  readonly kept?: string;
  /** The artefacts to which single stacks were moved: their inputs are the stack set's as well. */
  readonly elsewhere?: readonly string[];
};
interface Admitted extends Asked {
  readonly blueprintDigest: string;
  readonly references: CheckedReferences["references"];
  readonly quotas: "checked" | "not checked";
}

/**
 * What was asked for, with the defaults of the blueprint filled in.
 *
 * @throws Problem `invalid-request` with every fault of blueprint, inputs, target and regions at once; `door-closed` when
 * the target's stacks are not changed through the service; `quota-exceeded` when the account has no room for it.
 */
async function admit(
  tx: Tx,
  { blueprints, targets, dependencies, quotas }: StackSetDeps,
  asked: Asked,
): Promise<Admitted> {
  const target = await targets.hold(tx, asked.target);
  const { references, pointers, faults: badReferences } = await dependencies.check(tx, asked);
  const chosen = await chooseArtefact(tx, blueprints, { ...asked, wanted: asked.blueprintDigest });
  const named = { name: asked.blueprint };
  const checked =
    chosen.digest === undefined
      ? undefined
      : await blueprints.checkInputs(tx, { ...named, digest: chosen.digest }, asked.inputs, pointers);
  const faults = [
    ...(chosen.faults ?? []),
    ...(checked?.faults ?? []),
    ...(checked?.faults === undefined
      ? await faultsOfInputs(
          tx,
          blueprints,
          { ...named, digests: asked.elsewhere ?? [], unknownAt: pointers },
          asked.inputs,
        )
      : []),
    ...(chosen.digest === undefined ? [] : blueprints.regionFaults({ ...named, digest: chosen.digest }, asked)),
    ...badReferences,
    ...(target === undefined
      ? [unknownTarget(asked.target)]
      : [
          ...regionFaults(asked, target.regions),
          ...(await reachFaults(tx, blueprints, chosen.digest, { asked, target })),
        ]),
  ];
  if (chosen.digest === undefined || target === undefined || checked?.faults !== undefined || faults.length > 0) {
    throw invalidRequest(faults);
  }
  if (!target.doors.includes("service")) {
    throw new Problem("door-closed", `The stacks of the target ${asked.target} are changed by the Pulumi CLI only.`);
  }
  const inputs = { ...(checked?.inputs ?? {}) };
  const { cloud, account, environment } = target;
  const blueprintDigest = chosen.digest;
  const outcome = await quotas.require(tx, { ...asked, blueprintDigest, inputs, cloud, account, environment });
  return { ...asked, blueprintDigest, references, inputs, quotas: outcome };
}

/** What a stack makes in another region stands on the target as well, which must allow it there. */
async function reachFaults(
  tx: Tx,
  blueprints: BlueprintReader,
  digest: string | undefined,
  { asked, target }: { readonly asked: Asked; readonly target: { readonly regions: readonly string[] } },
): Promise<readonly Fault[]> {
  if (digest === undefined) return [];
  const { blueprint: name, inputs } = asked;
  const reached = await Promise.all(
    asked.regions.map((region) => blueprints.reachOf(tx, { name, digest }, { region, inputs })),
  );
  const faults = reached.flat().flatMap(({ region, pointer }) => {
    if (target.regions.includes(region)) return [];
    const detail = `A stack of ${name} makes things in ${region} too, which the target ${asked.target} does not allow. It allows ${target.regions.join(", ")}.`;
    return [{ pointer: `/inputs${pointer}`, detail }];
  });
  return [...new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values()];
}

function unknownTarget(name: string): Fault {
  return { pointer: "/target", detail: `There is no target ${JSON.stringify(name)}. GET /v1/targets lists them.` };
}

function regionFaults({ regions, target }: Asked, allowed: readonly string[]): Fault[] {
  return regions.flatMap((region, index) => {
    if (allowed.includes(region)) return [];
    const detail = `The target ${target} does not allow ${region}. It allows ${allowed.join(", ")}.`;
    return [{ pointer: `/regions/${index}`, detail }];
  });
}
