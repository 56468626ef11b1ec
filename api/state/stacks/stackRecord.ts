import { environmentOf, type Placement, type StepContext } from "../../gate/index.ts";

/** A create that was in flight when an engine died: it may exist in the cloud and is not in the state. */
export interface Suspect {
  readonly urn: string;
  readonly type: string;
  /** RFC 3339: when the update began that left it; absent for one that came with an imported state. */
  readonly since?: string;
}

export interface StackName {
  readonly team: string;
  readonly project: string;
  readonly name: string;
}

/** A stack as the service knows it, without its state. */
export interface StackRecord extends StackName {
  readonly id: string;
  readonly stackSetId: string | undefined;
  readonly target: string | undefined;
  readonly region: string | undefined;
  readonly doors: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** The configuration that the service gave it, by full key; undefined for stacks that the service did not make. */
  readonly config: Readonly<Record<string, string>> | undefined;
  /** The version of its state; 0 before the first update. */
  readonly version: number;
  readonly activeUpdate: string | undefined;
  /** A secret output is `{"secret": true}`. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resourceCount: number;
  readonly suspects: readonly Suspect[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const fullName = ({ team, project, name }: StackName): string => `${team}/${project}/${name}`;

/** Tags under this prefix are the service's: the rules read them, so no client may set or change one. */
export const RESERVED_TAG_PREFIX = "meridian:";

/** What the rules know of a stack. Environment and stack set come from its tags, where it stands from its target. */
export function stepContextOf(
  stack: StackRecord,
  placement: Placement | undefined,
  phase: StepContext["phase"],
): StepContext {
  const stackSet = stack.tags[`${RESERVED_TAG_PREFIX}stack-set`];
  const others = stack.tags[`${RESERVED_TAG_PREFIX}other-regions`] ?? "";
  return {
    environment: environmentOf(stack.tags[`${RESERVED_TAG_PREFIX}environment`]),
    team: stack.team,
    project: stack.project,
    stack: stack.name,
    phase,
    ...(stackSet !== undefined && { stackSet }),
    ...(stack.target !== undefined && { target: stack.target }),
    ...(placement !== undefined && { cloud: placement.cloud, account: placement.account, region: placement.region }),
    ...(others !== "" && { otherRegions: others.split(",") }),
  };
}
