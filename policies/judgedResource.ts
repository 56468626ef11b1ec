import type { StackView } from "./stackView.ts";

/** Plain JSON; a value not known yet is one of the sentinels of `unknown.ts`. Secrets are in clear. */
export type Properties = Readonly<Record<string, unknown>>;

export type Environment = "development" | "staging" | "production";

/**
 * What the engine is about to do. `replace` is a creation whose URN is in the state already: a rule on deletion must
 * refuse there, because by the time the old one is deleted its successor exists.
 */
export type Step = "create" | "update" | "replace" | "delete" | "import" | "read" | "refresh";

/** A resource as far as rules over several resources need it. */
export interface KnownResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The cloud's id; absent before the creation. */
  readonly id?: string;
  readonly inputs: Properties;
  readonly outputs?: Properties;
  /** URNs by input property, as in Pulumi's state. They are known in a preview, where ids are not. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** As in `JudgedResource`; absent where nobody looked. */
  readonly secrets?: readonly string[] | "unmarked";
  readonly protect?: boolean;
}

export interface JudgedResource extends KnownResource {
  readonly step: Step;
  /**
   * Paths of secret inputs, in Pulumi's notation (`config.password`, `list[0]`). `"unmarked"` where the caller cannot
   * tell (@pulumi/policy strips the marks): then no value at all is repeated.
   */
  readonly secrets: readonly string[] | "unmarked";
  readonly protect: boolean;
  readonly parent?: string;
  readonly provider?: string;
  /** The state before this step; required for `delete` and `replace`. */
  readonly old?: { readonly inputs: Properties; readonly outputs: Properties; readonly protect: boolean };
}

export interface JudgeContext {
  /** A stack without the tag is judged as production. */
  readonly environment: Environment;
  readonly project: string;
  readonly stack: string;
  readonly phase: "preview" | "up" | "admission";
  readonly team?: string;
  /** Present for stacks of a stack set, absent for foreign programs. */
  readonly stackSet?: string;
  readonly target?: string;
  readonly cloud?: string;
  readonly region?: string;
  /** Present where a teardown is judged: before it begins, and in its preview. */
  readonly teardown?: TeardownFacts;
  /**
   * The other resources of the stack: state, overlaid with the entries of this update; as a view, or as those of one type. Without
   * it rules over several resources see one resource only, and say nothing where that is no evidence.
   */
  readonly siblings?: StackView | ((type: string) => readonly KnownResource[]);
}

/**
 * What is known of a stack's surroundings when all of it is to be torn down. Where a part is destroyed, regions are absent and
 * dependents none: they only matter when all of it goes.
 */
export interface TeardownFacts {
  /** RFC 3339. */
  readonly now: string;
  /** Regions of its stack set that are up and stay up; absent for a stack of no set. */
  readonly otherHealthyRegions?: readonly string[];
  /** Game events of its stack set that last or come within a week; times in RFC 3339. */
  readonly gameEvents: readonly { readonly name: string; readonly startsAt: string; readonly endsAt: string }[];
  /** Names of stacks that take outputs of it. */
  readonly dependents: readonly string[];
}

export type Level = "advisory" | "mandatory";
export type Severity = "low" | "medium" | "high" | "critical";

/** What one policy said of one resource. The message never holds a secret value. */
export interface Verdict {
  readonly policy: string;
  readonly pack: string;
  readonly packVersion: string;
  readonly level: Level;
  readonly severity: Severity;
  /** `exempted`: it fails, and an exemption lets it through. */
  readonly outcome: "fail" | "unknown" | "exempted";
  /** The id of the exemption. */
  readonly exemption?: string;
  /** Where the rule holds a figure under a limit, the one found. */
  readonly figure?: number;
  readonly urn: string;
  readonly resourceType: string;
  readonly message: string;
  readonly remediation: string;
  readonly phase: JudgeContext["phase"];
}
