import type { CreateFindings } from "../inventory/inventory.ts";

/** What is known of a create in flight besides what the cloud says. */
export interface LookedUpCreate {
  readonly type: string;
  /** A component is made by no provider. */
  readonly custom: boolean;
  /** Ids of resources of its type that the state has: none of them is what it made. */
  readonly knownIds: readonly string[];
  /** Its inputs place it in, or on, something that this very stack has made. */
  readonly withinOwn: boolean;
  /** Whether it is known when it began. Without, only a mark proves anything. */
  readonly dated: boolean;
}

/**
 * What became of a create: it made the resource of this id; it made nothing; a call that may yet make it has not ended; or it
 * cannot be decided, and a person is told why.
 */
export type CreateFate =
  | { readonly fate: "made"; readonly id: string }
  | { readonly fate: "never-made" }
  | { readonly fate: "under-way" }
  | { readonly fate: "undecided"; readonly why: string };

/** Types that exist in the state alone: providers are configurations, and what `random` makes is nowhere but here. */
const cloudless = /^(pulumi|random):/;

/** Whether a create can have made anything outside the state. */
export function reachesCloud({ type, custom }: Pick<LookedUpCreate, "type" | "custom">): boolean {
  return custom && !cloudless.test(type);
}

/**
 * The fate of a create that reaches a cloud, by what the cloud says. To take a stranger's resource into a stack, which may delete
 * it later, is worse than to ask a person. So what was found must be proved ours: by its mark, by its name, or, where things of
 * its type have neither, by having the same inputs and standing in something that this stack made.
 */
export function fateOf(create: LookedUpCreate, { underWay, found }: CreateFindings): CreateFate {
  if (underWay) return { fate: "under-way" };
  const unknown = found.filter(({ id }) => !create.knownIds.includes(id));
  const [only, ...others] = unknown;
  if (only === undefined) return { fate: "never-made" };
  if (others.length > 0)
    return { fate: "undecided", why: `Any of these may be it: ${unknown.map(({ id }) => id).join(", ")}.` };
  const proved = only.by === "mark" || (create.dated && (only.by === "key" || create.withinOwn));
  if (proved) return { fate: "made", id: only.id };
  return {
    fate: "undecided",
    why: `${only.id} has the same inputs, but neither name nor tag says that this stack made it.`,
  };
}
