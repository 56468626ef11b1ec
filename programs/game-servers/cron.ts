/** A time of day on certain days, in UTC: what a scheduled action of an autoscaling group goes by. */
export interface Cron {
  /** Minute of the day, 0 to 1439. */
  readonly minuteOfDay: number;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
}

const span = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Reads `*`, `5`, `1-5`, `1,3,5` and what can be made of them. Undefined when it is none of these, or outside the bounds. */
function numbers(text: string, first: number, last: number): ReadonlySet<number> | undefined {
  if (text === "*") return new Set(span(first, last));
  const parts = text.split(",").map((part) => /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(part));
  const found = new Set<number>();
  for (const part of parts) {
    if (part === null) return undefined;
    const [from, to] = [Number(part[1]), Number(part[2] ?? part[1])];
    if (from < first || to > last || from > to) return undefined;
    for (const number of span(from, to)) found.add(number);
  }
  return found;
}

/**
 * Reads `minute hour day-of-month month day-of-week` (Amazon EC2 Auto Scaling user guide, "Recurring schedules"). Minute and hour are one
 * number each, and only one of the two kinds of day may be restricted: with both, cron means either, which hardly anyone expects.
 * Undefined for anything else.
 */
export function parseCron(text: string): Cron | undefined {
  const [minute = "", hour = "", dayOfMonth = "", month = "", weekday = "", ...more] = text.split(" ");
  if (more.length > 0 || !/^\d{1,2}$/.test(minute) || !/^\d{1,2}$/.test(hour)) return undefined;
  if (Number(minute) > 59 || Number(hour) > 23) return undefined;
  if (dayOfMonth !== "*" && weekday !== "*") return undefined;
  const daysOfMonth = numbers(dayOfMonth, 1, 31);
  const months = numbers(month, 1, 12);
  const weekdays = numbers(weekday, 0, 6);
  if (daysOfMonth === undefined || months === undefined || weekdays === undefined) return undefined;
  return { minuteOfDay: Number(hour) * 60 + Number(minute), daysOfMonth, months, weekdays };
}

/** 2024 to 2027: every date that there is, a leap day among them. */
const calendarStart = Date.UTC(2024, 0, 1);
const calendarDays = 1461;
const dayLength = 86_400_000;

/** When it strikes in four years, in minutes from their beginning, in order. */
export function strikes(cron: Cron): readonly number[] {
  return span(0, calendarDays - 1).flatMap((day) => {
    const date = new Date(calendarStart + day * dayLength);
    const on =
      cron.daysOfMonth.has(date.getUTCDate()) &&
      cron.months.has(date.getUTCMonth() + 1) &&
      cron.weekdays.has(date.getUTCDay());
    return on ? [day * 1440 + cron.minuteOfDay] : [];
  });
}

/** One minute of the four years, as `2024-02-29 17:00 UTC`. */
export function minuteText(minute: number): string {
  return `${new Date(calendarStart + minute * 60_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
