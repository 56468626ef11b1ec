import type { AssumptionName } from "./assumptions.ts";
import { holdsUnknown, type Path, valueAt } from "./knownValue.ts";
import type { PricedResource } from "./pricedResource.ts";

/** Some quantity of an entry of the price book, used in a month. */
export interface Usage {
  /** As `PriceBook.find` takes it. */
  readonly entry: string;
  /** In the entry's unit. */
  readonly quantity: number;
  /** What it is, where the book's own words do not tell it from other lines. */
  readonly what?: string;
}

/** Why a part of a resource cannot be priced. */
export interface Unpriced {
  readonly unpriced: string;
}

/** Why a resource costs nothing as it is. */
export interface Free {
  readonly free: string;
}

/** What a resource uses in a month. Reading what is not known yet ends it; the resource is then listed as unpriced. */
export type Estimator = (subject: EstimateSubject) => readonly (Usage | Unpriced)[] | Free;

/** A resource as estimators read it. Each throws `NotKnownYet` where a preview does not know the value. */
export interface EstimateSubject {
  readonly resource: PricedResource;
  /** A number, or the text of one, as providers take it. Undefined where there is none. @throws Malformed */
  readonly number: (...path: Path) => number | undefined;
  readonly text: (...path: Path) => string | undefined;
  /** Whether it is true, or the text `true`. */
  readonly flag: (...path: Path) => boolean;
  /** The items of a list, none where there is no list. */
  readonly list: (...path: Path) => readonly unknown[];
  readonly has: (...path: Path) => boolean;
  /** Whether the input is given at all, its value known or not. */
  readonly mentions: (property: string) => boolean;
  readonly assume: (name: AssumptionName) => number;
  /** The resource of the stack that an input was computed from, or is the id, ARN or name of. */
  readonly referred: (property: string, type: string) => EstimateSubject | undefined;
}

/** An input that has another form than the provider takes. */
export class Malformed extends Error {
  readonly code = "malformed";
}

export interface SubjectContext {
  readonly assume: (name: AssumptionName) => number;
  /** The stack's resources of a type. */
  readonly ofType: (type: string) => readonly PricedResource[];
}

export function estimateSubject(resource: PricedResource, context: SubjectContext): EstimateSubject {
  const { inputs } = resource;
  const referred = (property: string, type: string): EstimateSubject | undefined => {
    const found = referredResource(resource, property, context.ofType(type));
    return found && estimateSubject(found, context);
  };
  return {
    resource,
    assume: context.assume,
    referred,
    number(...path) {
      const value = valueAt(inputs, path);
      if (value === undefined) return undefined;
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof number === "number" && Number.isFinite(number) && number >= 0) return number;
      throw new Malformed(`${path.join(".")} is no quantity`);
    },
    text(...path) {
      const value = valueAt(inputs, path);
      if (value === undefined || typeof value === "string") return value === "" ? undefined : value;
      throw new Malformed(`${path.join(".")} is no text`);
    },
    flag(...path) {
      const value = valueAt(inputs, path);
      return value === true || value === "true";
    },
    list(...path) {
      const value = valueAt(inputs, path);
      return Array.isArray(value) ? value : [];
    },
    has: (...path) => valueAt(inputs, path) !== undefined,
    mentions: (property) => Object.hasOwn(inputs, property),
  };
}

/**
 * By the program's own dependencies; else by what the input holds; and where that is not known yet, and the engine's events do not tell
 * dependencies, the one in the same component, or the only one there is.
 */
function referredResource(
  { inputs, parent, propertyDependencies }: PricedResource,
  property: string,
  candidates: readonly PricedResource[],
): PricedResource | undefined {
  const sources = propertyDependencies?.[property] ?? [];
  const bySource = candidates.find(({ urn }) => sources.includes(urn));
  if (bySource !== undefined || candidates.length === 0) return bySource;
  if (sources.length > 0 || !Object.hasOwn(inputs, property)) return undefined;
  if (holdsUnknown(inputs[property])) {
    const near = candidates.filter((candidate) => parent !== undefined && candidate.parent === parent);
    const likely = near.length > 0 ? near : candidates;
    return likely.length === 1 ? likely[0] : undefined;
  }
  const held = textsIn(inputs[property]);
  return candidates.find(({ id, outputs }) =>
    [id, outputs?.["arn"], outputs?.["name"], outputs?.["id"]].some(
      (name) => typeof name === "string" && held.has(name),
    ),
  );
}

/** However deep: a group of mixed machines names its template three objects down. */
const textsIn = (value: unknown): ReadonlySet<string> => {
  if (typeof value === "string") return new Set([value]);
  if (typeof value !== "object" || value === null) return new Set();
  return new Set(Object.values(value).flatMap((item) => [...textsIn(item)]));
};
