import type { Tx } from "../db/database.ts";
import type { CloudListing, ListedStack } from "../inventory/cloudListing.ts";
import { type ComparedState, compare, packageOf } from "./divergence.ts";
import type { PlacedDivergence } from "./divergenceStore.ts";

/** A stack as the service knows it. */
export interface KnownStack {
  readonly id: string;
  readonly team: string;
  readonly project: string;
  readonly name: string;
  readonly target: string | undefined;
  readonly version: number;
}

interface StateToCompare extends Omit<ComparedState, "stackId" | "pending"> {
  readonly pending_operations?: readonly { readonly type: string; readonly resource: { urn: string; type: string } }[];
}

export interface ListingDeps {
  readonly stacks: () => Promise<readonly KnownStack[]>;
  readonly readState: (tx: Tx, stack: KnownStack) => Promise<Partial<StateToCompare>>;
  /** By cloud; undefined for one that cannot be asked. */
  readonly listings: Readonly<Record<string, CloudListing | undefined>>;
  readonly cloudOfTarget: (target: string) => Promise<string | undefined>;
  readonly teams: () => Promise<readonly string[]>;
}

export interface Listing {
  readonly divergences: readonly PlacedDivergence[];
  /** Full names of the stacks whose cloud could not be asked, and which have something in a cloud. */
  readonly unasked: readonly string[];
}

interface Group {
  readonly stack: ListedStack;
  /** Whether the cloud has something of it. */
  readonly stands: boolean;
  readonly known: readonly KnownStack[];
}

/** Compares every stack that the service or a cloud knows of, one after another, so that one's properties are held at a time. */
export async function listDivergent(tx: Tx, deps: ListingDeps): Promise<Listing> {
  const clouds = await cloudsOf(await deps.stacks(), deps);
  const [onlyTeam, ...otherTeams] = await deps.teams();
  const unknownTeam = otherTeams.length === 0 ? onlyTeam : undefined;
  const divergences: PlacedDivergence[] = [];
  const unasked: string[] = [];
  for (const [cloud, known] of clouds) {
    const listing = deps.listings[cloud];
    for (const group of groupsOf(known, listing === undefined ? [] : await listing.stacks())) {
      const states = await Promise.all(group.known.map((stack) => comparedState(tx, deps, stack)));
      if (listing === undefined || !(await isThere(listing, group))) {
        unasked.push(...group.known.filter((_, at) => holdsResources(states[at])).map(fullName));
        continue;
      }
      const found = compare({ states, cloud: await listing.ofStack(group.stack), packages: listing.packages });
      for (const divergence of found) {
        const owner = group.known.find(({ id }) => id === divergence.stackId);
        const team = owner?.team ?? (group.known.length === 0 ? unknownTeam : undefined);
        const { project, name } = group.stack;
        divergences.push({ ...divergence, project, stack: name, team, target: owner?.target });
      }
    }
  }
  return { divergences, unasked };
}

/** A stack without a target may be anywhere: it is looked for in the one cloud that everybody has, the sandbox. */
const ANYWHERE = "sandbox";

async function cloudsOf(stacks: readonly KnownStack[], { cloudOfTarget }: ListingDeps) {
  const clouds = new Map<string, KnownStack[]>([[ANYWHERE, []]]);
  for (const stack of stacks) {
    const cloud = (stack.target === undefined ? undefined : await cloudOfTarget(stack.target)) ?? ANYWHERE;
    clouds.set(cloud, [...(clouds.get(cloud) ?? []), stack]);
  }
  return clouds;
}

function groupsOf(known: readonly KnownStack[], listed: readonly ListedStack[]): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const { project, name } of listed) {
    groups.set(`${project}/${name}`, { stack: { project, name }, stands: true, known: [] });
  }
  for (const stack of known) {
    const key = `${stack.project}/${stack.name}`;
    const { stands = false, known: others = [] } = groups.get(key) ?? {};
    const { project, name } = stack;
    groups.set(key, { stack: { project, name }, stands, known: [...others, stack] });
  }
  return groups.values();
}

/** Whether what is missing in this cloud has gone: what is not there by its target, and was never seen, is elsewhere. */
async function isThere(listing: CloudListing, { stack, stands, known }: Group): Promise<boolean> {
  return stands || known.every(({ target }) => target !== undefined) || (await listing.hasSeen(stack));
}

async function comparedState(tx: Tx, { readState }: ListingDeps, stack: KnownStack): Promise<ComparedState> {
  const { resources = [], pending_operations: begun = [] } = await readState(tx, stack);
  const pending = begun
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => ({ urn: resource.urn, type: resource.type }));
  return { stackId: stack.id, resources, pending };
}

/** Providers and random values live in the state alone; anything else may be in a cloud. */
function holdsResources(state: ComparedState | undefined): boolean {
  const elsewhere = (type: string) => !["pulumi", "random"].includes(packageOf(type));
  const resources = state?.resources.filter(({ custom }) => custom === true) ?? [];
  return [...resources, ...(state?.pending ?? [])].some(({ type }) => elsewhere(type));
}

const fullName = ({ team, project, name }: KnownStack): string => `${team}/${project}/${name}`;
