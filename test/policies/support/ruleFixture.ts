import type { JudgeContext, JudgedResource, KnownResource, Properties } from "../../../policies/index.ts";
import type { PropertyPath } from "../../../policies/propertyPath.ts";

/** One compliant resource, and the single changes that each make it break one rule. */
export interface RuleFixture {
  readonly policy: string;
  readonly type: string;
  readonly inputs: Properties;
  readonly resource?: Partial<JudgedResource>;
  readonly context?: Partial<JudgeContext>;
  readonly siblings?: readonly KnownResource[];
  readonly spoiled: Readonly<Record<string, Spoiling>>;
  /** Where an unknown value keeps the rule from judging. */
  readonly unknownAt?: PropertyPath;
  /** Single changes that leave the resource compliant. */
  readonly fine?: Readonly<Record<string, Omit<Spoiling, "says">>>;
}

interface Spoiling {
  readonly at: PropertyPath;
  /** `undefined` takes the property away. */
  readonly to?: unknown;
  readonly says: string;
}

export const urnOf = (type: string, name: string): string => `urn:pulumi:dev::game::${type}::${name}`;

/** Sets one property in a copy. */
export function withProperty<T>(root: T, [key, ...rest]: PropertyPath, value: unknown): T {
  if (key === undefined) return value as T;
  const copy = structuredClone(root ?? {}) as Record<string | number, unknown>;
  const inner = rest.length === 0 ? value : withProperty(copy[key] ?? {}, rest, value);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy as T;
}

export const judged = (fixture: RuleFixture, inputs: Properties = fixture.inputs): JudgedResource => ({
  urn: urnOf(fixture.type, "it"),
  type: fixture.type,
  name: "it",
  step: "create",
  inputs,
  secrets: [],
  protect: false,
  ...fixture.resource,
});

export const contextFor = ({ context, siblings }: RuleFixture): JudgeContext => ({
  environment: "production",
  project: "game",
  stack: "dev",
  phase: "up",
  ...(siblings && { siblings: (type: string) => siblings.filter((sibling) => sibling.type === type) }),
  ...context,
});
