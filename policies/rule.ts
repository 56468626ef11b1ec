import type { Controls } from "./frameworks.ts";
import type { JudgeContext, JudgedResource, KnownResource, Level, Properties, Severity } from "./judgedResource.ts";
import type { PropertyPath } from "./propertyPath.ts";
import type { ResourceTypes } from "./resourceTypes.ts";
import type { Setting } from "./setting.ts";

/**
 * Call it once for each fault. Name properties, not values: `Subject.show` adds a value where that is safe.
 *
 * @param figure where the rule holds a figure under a limit, the one found: an exemption may allow it up to a ceiling
 */
export type Report = (message: string, figure?: number) => void;

export interface StackSubject {
  readonly context: JudgeContext;
  /** Visits each item; an unknown value in one item does not hide a fault in the next. */
  readonly each: <T>(items: readonly T[] | undefined, visit: (item: T, index: number) => void) => void;
  /** The value that the organisation set, or the pack's own; the rule must list the setting. */
  readonly setting: <T>(setting: Setting<T>) => T;
}

export interface Subject extends StackSubject {
  readonly resource: JudgedResource;
  /** The property's path, with its value unless that is secret. */
  readonly show: (path: PropertyPath) => string;
}

type ArgsOf<T extends string> = T extends keyof ResourceTypes ? ResourceTypes[T] : Properties;

export interface ResourceCheck {
  readonly on: "resource";
  readonly types: readonly string[];
  readonly run: (inputs: Properties, report: Report, subject: Subject) => void;
}

/** What a step is judged by, among several resources. */
export interface StepSubject extends StackSubject {
  /** How many resources of a type the stack has at this step, those included that the check's ways do not lead to. */
  readonly count: (type: string) => number;
}

/** Which others a resource is compared with. What is not found by it can have no part in a fault of that resource. */
export interface Comparison {
  /** Texts by which resources are linked: two that share one are. Such as a URN, an id, a name. */
  readonly keysOf: (resource: KnownResource) => readonly string[];
  /**
   * By the type of a step's resource, types to go on to, one list after another: `[[mapping], [queue]]` are the mappings linked
   * to it, and the queues linked to those. `connected` is all that any number of links lead to.
   */
  readonly ways: Readonly<Record<string, readonly (readonly string[])[]>> | "connected";
  /** Whether two resources of one type with the same keys say the same: then one of them is enough. */
  readonly alike?: boolean;
}

export interface StackCheck extends Comparison {
  readonly on: "stack";
  readonly types: readonly string[];
  readonly run: (resources: readonly KnownResource[], report: StackReport, subject: StepSubject) => void;
}

export interface WholeStackCheck {
  readonly on: "whole-stack";
  readonly types: readonly string[];
  readonly run: (resources: readonly KnownResource[], report: StackReport, subject: StackSubject) => void;
}

export interface DeletionCheck {
  readonly on: "deletion";
  readonly types: readonly string[];
  readonly run: (old: OldState, report: Report, subject: Subject) => void;
}

export type OldState = NonNullable<JudgedResource["old"]>;

/** Names the resources that together make the fault; a step that touches any of them is refused. */
export type StackReport = (participants: readonly KnownResource[], message: string, figure?: number) => void;

export type Check = readonly ResourceCheck[] | StackCheck | WholeStackCheck | DeletionCheck;

export interface Rule {
  readonly name: string;
  /** What it asks, in a sentence. */
  readonly description: string;
  /** Why: what happens to those who do otherwise. */
  readonly reason: string;
  readonly level: Level;
  readonly severity: Severity;
  /** The controls that it helps to hold; the first is the one that engines are told. */
  readonly controls: Controls;
  /** What to do, step by step. */
  readonly remediation: readonly [string, ...string[]];
  readonly settings: readonly Setting<unknown>[];
  /** What the figure is that its check reports, with its unit, as `machines in one group`; absent where it reports none. */
  readonly figure?: string;
  readonly check: Check;
}

interface RuleDefinition extends Omit<Rule, "check" | "settings"> {
  readonly settings?: readonly Setting<unknown>[];
  readonly check: Check | ResourceCheck;
}

export const rule = ({ check, settings = [], ...about }: RuleDefinition): Rule => ({
  ...about,
  settings,
  check: "on" in check && check.on === "resource" ? [check] : (check as Check), // narrowing does not reach readonly arrays
});

/** The remedy as one text. */
export const remedyOf = ({ remediation }: Pick<Rule, "remediation">): string => remediation.join(" ");

/** A check of one resource's inputs. Reading an unknown value ends it with the outcome `unknown`. */
export const onResource = <T extends string>(
  types: T | readonly T[],
  run: (inputs: ArgsOf<T>, report: Report, subject: Subject) => void,
): ResourceCheck => ({
  on: "resource",
  types: typeof types === "string" ? [types] : types,
  run: run as ResourceCheck["run"], // the judge calls it for these types only
});

/**
 * A check over the resources of some types. It must be monotonic: what is a fault among some resources stays one when
 * more are known, because a gate judges each step with what exists by then. It is given the step's resource and those
 * that the comparison leads to, so that a step costs what the resource is linked to and not what the stack holds.
 */
export const onStack = (types: readonly string[], run: StackCheck["run"], comparison: Comparison): StackCheck => ({
  on: "stack",
  types,
  run,
  ...comparison,
});

/**
 * A check over the resources of some types, once all that the stack will have are known: for what is missing, which no step can
 * tell. Judged at the end of a preview, which it can refuse before anything is made, and at the end of an update, when what it
 * finds can no longer be refused. It is run where the stack has a resource of one of the types.
 */
export const onWholeStack = (types: readonly string[], run: WholeStackCheck["run"]): WholeStackCheck => ({
  on: "whole-stack",
  types,
  run,
});

/** A check of a deletion or replacement, by the state before it. Packs in the engine never see these. */
export const onDeletion = (types: readonly string[], run: DeletionCheck["run"]): DeletionCheck => ({
  on: "deletion",
  types,
  run,
});
