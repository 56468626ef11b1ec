/**
 * The arithmetic of budgets: pure, in whole micro-USD a month. Money moves between four accounts of a budget; whatever is
 * booked sums to zero, so free + reserved + committed always is what was allotted.
 */
type Account = "allotted" | "free" | "reserved" | "committed";

/** What one transaction adds to each account; an account that it leaves alone is not in it. */
export type Entries = Readonly<Partial<Record<Account, number>>>;

/** What of a budget is one stack's. */
export interface Share {
  readonly reserved: number;
  readonly committed: number;
}

export const noShare: Share = { reserved: 0, committed: 0 };

/** Gives a budget so much more, or takes it away again. */
export const allot = (by: number): Entries => booked({ allotted: -by, free: by });

/** Brings a stack's share from what it is to what it shall be; the difference comes from what is free, or goes there. */
export function bring(from: Share, to: Share): Entries {
  const reserved = to.reserved - from.reserved;
  const committed = to.committed - from.committed;
  return booked({ free: 0 - reserved - committed, reserved, committed });
}

/** What must be reserved for a stack that will cost so much: the increase against what is committed for it. */
export const reservationFor = ({ committed }: Share, monthly: number): number => Math.max(0, monthly - committed);

/** Whether a reservation may be booked where so much is free: one that gives money back always may. */
export const fits = (free: number, { free: by = 0 }: Entries): boolean => by >= 0 || free + by >= 0;

/** How much more each step costs than what is covered, in sum. */
export function uncovered(covered: Readonly<Record<string, number>>, steps: Readonly<Record<string, number>>): number {
  return Object.entries(steps).reduce(
    (sum, [urn, monthly]) => sum + Math.max(0, monthly - (Object.hasOwn(covered, urn) ? (covered[urn] ?? 0) : 0)),
    0,
  );
}

/** For each URN the higher of two amounts. */
export function highest(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const found = new Map(Object.entries(one));
  for (const [urn, amount] of Object.entries(other)) found.set(urn, Math.max(found.get(urn) ?? 0, amount));
  return Object.fromEntries(found);
}

export const isNothing = (entries: Entries): boolean => Object.keys(entries).length === 0;

function booked(entries: Readonly<Record<string, number>>): Entries {
  return Object.fromEntries(Object.entries(entries).filter(([, amount]) => amount !== 0));
}
