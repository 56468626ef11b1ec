import type { Charge } from "./readExport.ts";

/** A stack that is or was. */
export interface KnownStack {
  readonly id: string;
  readonly team: string;
  readonly stackSet: string | undefined;
  /** `<team>/<project>/<stack>`. */
  readonly stack: string;
  readonly region: string | undefined;
}

/** Whose a charge is. A stack set without a stack: its tags say no more, as of what is in no region. */
export interface Attributed {
  readonly by: "tags" | "resource" | "nothing";
  readonly team?: string;
  readonly stackSet?: string;
  readonly stackId?: string;
  readonly stack?: string;
}

export interface Directory {
  readonly stacks: readonly KnownStack[];
  /** Ids of stacks by the ids of their resources in the cloud. */
  readonly stackByResource: ReadonlyMap<string, string>;
}

/** The ownership tags decide; where they say nothing that is known, the states of the stacks do. */
export function attribute(charge: Charge, directory: Directory): Attributed {
  return byTags(charge, directory) ?? byResource(charge, directory) ?? { by: "nothing" };
}

/** Whether only the states of stacks can tell whose it is. */
export const needsStates = (charge: Charge, directory: Directory): boolean =>
  charge.resource !== "" && byTags(charge, directory) === undefined;

function byTags({ owner, stackSet, region }: Charge, { stacks }: Directory): Attributed | undefined {
  if (stackSet === "") return undefined;
  const ofSet = stacks.filter((stack) => stack.stackSet === stackSet && (owner === "" || stack.team === owner));
  const [first] = ofSet;
  // A name that two teams use says nothing without its owner.
  if (first === undefined || ofSet.some(({ team }) => team !== first.team)) return undefined;
  const inRegion = ofSet.filter((stack) => stack.region === region);
  const candidates = inRegion.length > 0 ? inRegion : ofSet;
  const set = { by: "tags", team: first.team, stackSet } as const;
  const [only, another] = candidates;
  return only === undefined || another !== undefined ? set : { ...set, stackId: only.id, stack: only.stack };
}

function byResource({ resource }: Charge, { stacks, stackByResource }: Directory): Attributed | undefined {
  const id = stackByResource.get(resource);
  const found = id === undefined ? undefined : stacks.find((stack) => stack.id === id);
  if (found === undefined) return undefined;
  const { team, stackSet, stack } = found;
  return { by: "resource", team, stackId: found.id, stack, ...(stackSet !== undefined && { stackSet }) };
}
