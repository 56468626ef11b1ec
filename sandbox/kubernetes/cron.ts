const FIELDS = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of month", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec" },
  { name: "day of week", min: 0, max: 7, names: "sun mon tue wed thu fri sat" },
];

/** What is wrong with the schedule of a cron job: five fields, or a word such as `@daily`. */
export function cronError(schedule: string): string | undefined {
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(schedule)) return undefined;
  if (/^@every (\d+(ns|us|ms|s|m|h))+$/.test(schedule)) return undefined;
  if (/^(TZ|CRON_TZ)=/.test(schedule)) return "cannot use TZ or CRON_TZ in schedule, use timeZone instead";
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) return `expected exactly 5 fields, found ${parts.length}`;
  for (const [i, field] of FIELDS.entries()) {
    const part = parts[i] ?? "";
    if (!part.split(",").every((range) => isRange(range, field))) return `'${part}' is no ${field.name}`;
  }
  return undefined;
}

function isRange(range: string, field: (typeof FIELDS)[number]): boolean {
  const [, span = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(range) ?? [];
  if (step !== undefined && Number(step) === 0) return false;
  if (span === "*" || span === "?") return true;
  const ends = span.split("-").map((end) => numberOf(end, field));
  if (ends.length > 2 || ends.some((end) => end === undefined || end < field.min || end > field.max)) return false;
  return ends.length === 1 || Number(ends[0]) <= Number(ends[1]);
}

function numberOf(text: string, { names = "", min }: (typeof FIELDS)[number]): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const at = names.split(" ").indexOf(text.toLowerCase());
  return names === "" || at < 0 ? undefined : at + min;
}
