import type { ReadResource } from "../inventory/cloudListing.ts";
import { changedProperties } from "./changedProperties.ts";

export const divergenceKinds = ["in-cloud", "in-state", "changed", "never-made"] as const;
/**
 * `in-cloud`: it stands in the cloud and no state has it. `in-state`: a state has it and it is gone. `changed`: both have it,
 * with other properties. `never-made`: its create was under way, and it is not there.
 */
export type DivergenceKind = (typeof divergenceKinds)[number];

export type SettlementWay = "adopt" | "forget";

/** A resource of a state, its secrets in clear. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly external?: boolean;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The state of one stack. */
export interface ComparedState {
  readonly stackId: string;
  readonly resources: readonly StateResource[];
  /** Of creates that were under way. */
  readonly pending: readonly { readonly urn: string; readonly type: string }[];
}

export interface Divergence {
  readonly kind: DivergenceKind;
  /** Undefined where it cannot be told whose it is: the stack is not known, or two teams have one of this name. */
  readonly stackId: string | undefined;
  readonly urn: string;
  readonly type: string;
  /** Empty for what was never made. */
  readonly cloudId: string;
  readonly found: ReadResource | undefined;
  /** Of `changed`: the properties that differ, as `inputs.tags`. */
  readonly changed: readonly string[];
}

interface Compared {
  /** More than one where several teams have a stack of this project and name, which URNs do not tell apart. */
  readonly states: readonly ComparedState[];
  readonly cloud: readonly ReadResource[];
  /** Packages whose resources the cloud lists. */
  readonly packages: ReadonlySet<string>;
}

/** Everything in which the states of the stacks of one project and name differ from what stands in the cloud. */
export function compare({ states, cloud, packages }: Compared): readonly Divergence[] {
  const unclaimed = new Map(cloud.map((found) => [keyOf(found), found]));
  const stated = states.flatMap(({ stackId, resources }) =>
    resources.filter((resource) => standsInCloud(resource, packages)).map((resource) => ({ stackId, resource })),
  );
  const matched = stated.flatMap(({ stackId, resource }): readonly Divergence[] => {
    const { urn, type, id = "" } = resource;
    const key = keyOf({ urn, id });
    const found = unclaimed.get(key);
    unclaimed.delete(key);
    const known = { stackId, urn, type, cloudId: id };
    if (found === undefined) return [{ ...known, kind: "in-state", found: undefined, changed: [] }];
    const changed = changedProperties(resource, found);
    return changed.length === 0 ? [] : [{ ...known, kind: "changed", found, changed }];
  });
  const [only, ...others] = states;
  const owner = others.length === 0 ? only?.stackId : undefined;
  const surplus = [...unclaimed.values()].map(
    (found): Divergence => ({
      kind: "in-cloud",
      stackId: owner ?? states.find(({ pending }) => pending.some(({ urn }) => urn === found.urn))?.stackId,
      urn: found.urn,
      type: found.type,
      cloudId: found.id,
      found,
      changed: [],
    }),
  );
  const made = new Set(surplus.map(({ urn }) => urn));
  const neverMade = states.flatMap(({ stackId, pending }) =>
    pending
      .filter(({ urn }) => !made.has(urn))
      .map(({ urn, type }): Divergence => {
        return { kind: "never-made", stackId, urn, type, cloudId: "", found: undefined, changed: [] };
      }),
  );
  return [...matched, ...surplus, ...neverMade];
}

/** What lives in the state alone (components, providers, random values) and what a program only reads is not compared. */
function standsInCloud({ custom, external, id, type }: StateResource, packages: ReadonlySet<string>): boolean {
  return custom === true && external !== true && id !== undefined && id !== "" && packages.has(packageOf(type));
}

export const packageOf = (type: string): string => type.slice(0, type.indexOf(":"));

const keyOf = ({ urn, id }: { readonly urn: string; readonly id: string }): string => `${urn} ${id}`;

/** What each way of settling means for a divergence; undefined where it means nothing. */
export const settling = {
  "in-cloud": { adopt: "Takes it into the stack's state.", forget: "Leaves it where it is, known to no state." },
  "in-state": { adopt: undefined, forget: "Takes it out of the stack's state." },
  changed: {
    adopt: "Takes the cloud's properties into the stack's state.",
    forget: "Leaves the state as it is: the stack's next update changes the resource back.",
  },
  "never-made": { adopt: undefined, forget: "Takes the pending create out of the stack's state." },
} as const satisfies Record<DivergenceKind, Record<SettlementWay, string | undefined>>;
