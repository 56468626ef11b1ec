/** How often a tier is backed up, the most often first. */
export const cadences = ["daily", "weekly", "monthly"] as const;
export type Cadence = (typeof cadences)[number];

export interface Retention {
  /** Days until a recovery point is deleted. */
  readonly keepDays: number;
  /** Days after which it moves to cold storage, where the resource's type allows it. */
  readonly coldAfterDays?: number | undefined;
}

/** What has gone to cold storage is paid for, and kept, for this many days. Source: AWS Backup API reference, Lifecycle. */
const leastColdDays = 90;

/** The shortest retention that cold storage after so many days allows. */
export function leastKeepDays(coldAfterDays: number): number {
  return coldAfterDays + leastColdDays;
}

/** The longest time between two recovery points of a cadence, in days: months have up to 31. */
export const daysBetween: Readonly<Record<Cadence, number>> = { daily: 1, weekly: 7, monthly: 31 };

/** The shortest time between two, in days: February has 28. */
const leastDaysBetween: Readonly<Record<Cadence, number>> = { ...daysBetween, monthly: 28 };

/** How many recovery points of one resource a cadence keeps at most, once it has run for as long as it keeps them. */
export function keptAtMost(cadence: Cadence, { keepDays }: Retention): number {
  return Math.ceil(keepDays / leastDaysBetween[cadence]);
}

export type Schedules = Readonly<Partial<Record<Cadence, Retention | undefined>>>;

/** The cadences that a tier has, each with its retention, the most often first. */
export function scheduled(schedules: Schedules): readonly (readonly [Cadence, Retention])[] {
  return cadences.flatMap((cadence) => {
    const retention = schedules[cadence];
    return retention === undefined ? [] : [[cadence, retention] as const];
  });
}

/** What a vault must at least, and may at most, keep so that every tier can write into it. Undefined without any retention. */
export function lockBounds(tiers: readonly Schedules[]): { readonly min: number; readonly max: number } | undefined {
  const days = tiers.flatMap((tier) => scheduled(tier).map(([, { keepDays }]) => keepDays));
  return days.length === 0 ? undefined : { min: Math.min(...days), max: Math.max(...days) };
}

/** When a cadence begins, as a schedule expression in UTC: on Sundays, and on the first of the month. */
export function scheduleOf(cadence: Cadence, hourUtc: number): string {
  const days = { daily: "* * ? *", weekly: "? * SUN *", monthly: "1 * ? *" } as const;
  return `cron(0 ${hourUtc} ${days[cadence]})`;
}
