import { type Randomness, seededRandomness } from "./randomness.ts";

/** Which calls a fault is for. An absent field means all. */
export interface FaultScope {
  readonly account?: string;
  readonly region?: string;
  readonly service?: string;
  readonly type?: string;
  readonly stack?: string;
  readonly operation?: "create" | "read" | "update" | "delete";
}

interface FaultBase {
  readonly scope: FaultScope;
  /** The share of calls it strikes, 0 to 1. */
  readonly rate: number;
  /** After striking this often it is spent. */
  readonly count?: number;
  /** The same seed strikes the same calls of the same sequence. */
  readonly seed?: string;
}

export type FaultRequest =
  | (FaultBase & { readonly kind: "throttling" })
  | (FaultBase & { readonly kind: "slowness"; readonly delayMs: number })
  /** After a create that succeeded: the call fails, or is never answered. */
  | (FaultBase & { readonly kind: "lost-response"; readonly answer: "error" | "none" });

export type Fault = FaultRequest & { readonly id: string; readonly struck: number };

/** What a call is, to faults. */
export type Occasion = Required<FaultScope>;

export interface Faults {
  add(request: FaultRequest): Fault;
  list(): readonly Fault[];
  /** False when there is none of that id. */
  remove(id: string): boolean;
  clear(): void;
  /** The first fault of this kind that strikes this call; it counts as struck. */
  strike<K extends Fault["kind"]>(kind: K, occasion: Occasion): Extract<Fault, { kind: K }> | undefined;
}

interface Entry {
  fault: Fault;
  readonly dice: Randomness;
}

export function createFaults(randomness: Randomness): Faults {
  const entries = new Map<string, Entry>();
  let next = 1;
  return {
    add: (request) => {
      const fault: Fault = { ...request, id: `fault-${next}`, struck: 0 };
      next += 1;
      entries.set(fault.id, { fault, dice: request.seed === undefined ? randomness : seededRandomness(request.seed) });
      return fault;
    },
    list: () => [...entries.values()].map(({ fault }) => fault),
    remove: (id) => entries.delete(id),
    clear: () => entries.clear(),
    strike: <K extends Fault["kind"]>(kind: K, occasion: Occasion) => {
      for (const entry of entries.values()) {
        const { fault } = entry;
        if (!isOfKind(fault, kind) || !strikes(entry, occasion)) continue;
        entry.fault = { ...fault, struck: fault.struck + 1 };
        return fault;
      }
      return undefined;
    },
  };
}

function isOfKind<K extends Fault["kind"]>(fault: Fault, kind: K): fault is Extract<Fault, { kind: K }> {
  return fault.kind === kind;
}

function strikes({ fault, dice }: Entry, occasion: Occasion): boolean {
  if (fault.count !== undefined && fault.struck >= fault.count) return false;
  const { scope } = fault;
  const meant = (["account", "region", "service", "type", "stack", "operation"] as const).every(
    (field) => scope[field] === undefined || scope[field] === occasion[field],
  );
  // The dice are thrown only for calls that are meant, so that other traffic does not shift the sequence.
  return meant && (fault.rate >= 1 || dice.fraction() < fault.rate);
}
