import type { JudgeContext, JudgedResource, KnownResource, Level, Properties, Severity } from "./judgedResource.ts";
import type { PropertyPath } from "./propertyPath.ts";
import type { ResourceTypes } from "./resourceTypes.ts";

/** Call it once for each fault. Name properties, not values: `Subject.show` adds a value where that is safe. */
export type Report = (message: string) => void;

export interface StackSubject {
  readonly context: JudgeContext;
  /** Visits each item; an unknown value in one item does not hide a fault in the next. */
  readonly each: <T>(items: readonly T[] | undefined, visit: (item: T, index: number) => void) => void;
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

export interface StackCheck {
  readonly on: "stack";
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
type StackReport = (participants: readonly KnownResource[], message: string) => void;

export type Check = readonly ResourceCheck[] | StackCheck | DeletionCheck;

export interface Rule {
  readonly name: string;
  readonly description: string;
  readonly level: Level;
  readonly severity: Severity;
  readonly framework: { readonly name: string; readonly control: string };
  readonly remediation: string;
  readonly check: Check;
}

export const rule = (definition: Omit<Rule, "check"> & { readonly check: Check | ResourceCheck }): Rule => {
  const { check } = definition;
  return { ...definition, check: "on" in check && check.on === "resource" ? [check] : (check as Check) }; // narrowing does not reach readonly arrays
};

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
 * more are known, because a gate judges each step with what exists by then.
 */
export const onStack = (types: readonly string[], run: StackCheck["run"]): StackCheck => ({ on: "stack", types, run });

/** A check of a deletion or replacement, by the state before it. Packs in the engine never see these. */
export const onDeletion = (types: readonly string[], run: DeletionCheck["run"]): DeletionCheck => ({
  on: "deletion",
  types,
  run,
});
