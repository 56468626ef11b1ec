import type { AssumptionName } from "./assumptions.ts";

/** A resource as a program registers it or a state holds it. Plain JSON; values not known yet are Pulumi's sentinels. */
export interface PricedResource {
  readonly urn: string;
  /** Pulumi's type token. */
  readonly type: string;
  readonly name: string;
  /** The cloud's id, by which other resources name it; absent before the creation. */
  readonly id?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Where its provider leads, where that is known; what its own inputs say holds before it. */
  readonly region?: string;
  /** Its provider leads to a region that nobody knows; the stack's region then says nothing of it. */
  readonly elsewhere?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** URNs by input property, as in Pulumi's state: known in a preview, where ids are not. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** The URN of the component it is part of. */
  readonly parent?: string;
}

/** An amount of money a month, in millionths of a US dollar; always an integer that a number holds exactly. */
export type Micros = number;

/**
 * `listed`: a price of the region itself. `factor`: another's, us-east-1's where it is known, times what an instance costs here against there.
 * `dearest`: the highest of any region, because nobody knows where it is, or the book has no price of it there.
 */
export type Basis = "listed" | "factor" | "dearest";

export interface CostLine {
  readonly what: string;
  /** How much of it a month, in `unit`. */
  readonly quantity: number;
  readonly unit: string;
  /** US dollars a unit as a decimal text; of the first tier where there are tiers. */
  readonly unitPrice: string;
  readonly basis: Basis;
  readonly monthly: Micros;
}

/** With `lines` and `unpriced` both, a part of it has a price. With neither, it is free. */
export interface ResourceCost {
  readonly urn: string;
  readonly type: string;
  /** Absent for what is in no region, and where none is known. */
  readonly region?: string;
  /** The sum of the lines. */
  readonly monthly: Micros;
  readonly lines: readonly CostLine[];
  /** Why it, or a part of it, has no price. */
  readonly unpriced?: string;
  /** Why it costs nothing. */
  readonly free?: string;
  /** Why, and by which region, lines of it are of the basis `dearest`. */
  readonly regionAssumed?: string;
}

export interface StackCost {
  readonly currency: "USD";
  /** The version of the price book. */
  readonly priceBook: string;
  readonly monthly: Micros;
  /** Of it, what stands on prices of another region. */
  readonly byFactor: Micros;
  /** Of it, what stands on the dearest region's prices: nobody knows the region, or its price. */
  readonly byDearest: Micros;
  readonly resources: readonly ResourceCost[];
  readonly unpriced: readonly CountedType[];
  /** What is priced as in the dearest region, with the reason. */
  readonly regionAssumed: readonly CountedType[];
  readonly free: readonly CountedType[];
  /** What was assumed of their use, with the values. */
  readonly assumptions: Readonly<Partial<Record<AssumptionName, number>>>;
  /** Of the stack and the players' traffic; absent where the caller gave no number of players. */
  readonly perThousandPlayers?: PlayerCost;
}

export interface CountedType {
  readonly type: string;
  readonly count: number;
  readonly why: string;
}

export interface PlayerCost {
  readonly monthly: Micros;
  /** Of it, what their traffic costs. */
  readonly egress: Micros;
}
