import type { Contradiction } from "../contradiction.ts";
import { minuteText, parseCron, strikes } from "./cron.ts";

/** More players than usual are expected from one time to another. Both are cron expressions in UTC. */
export interface Schedule {
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly players: number;
}

interface Mark {
  readonly minute: number;
  readonly kind: "from" | "until";
  readonly index: number;
}

/**
 * What is wrong with schedules against one another. A group of nodes has one least number, which the last strike has set: where two
 * schedules overlap, the end of the first would take away the nodes of the second.
 */
export function scheduleProblems(schedules: readonly Schedule[]): readonly Contradiction[] {
  const names = schedules.map(({ name }) => name);
  const again = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (again >= 0) {
    return [{ path: [again, "name"], message: `give a name of its own: there is a schedule ${names[again]} already` }];
  }
  const silent = schedules.flatMap((schedule, index) => neverStrikes(schedule, index));
  return silent.length > 0 ? silent : overlaps(schedules);
}

function neverStrikes(schedule: Schedule, index: number): readonly Contradiction[] {
  return (["from", "until"] as const).flatMap((kind) => {
    const cron = parseCron(schedule[kind]);
    if (cron === undefined || strikes(cron).length > 0) return [];
    const message = `give a day that there is: ${schedule[kind]} names none in four years`;
    return [{ path: [index, kind], message }];
  });
}

function overlaps(schedules: readonly Schedule[]): readonly Contradiction[] {
  const marks = schedules.flatMap((schedule, index) =>
    (["from", "until"] as const).flatMap((kind): readonly Mark[] => {
      const cron = parseCron(schedule[kind]);
      return cron === undefined ? [] : strikes(cron).map((minute) => ({ minute, kind, index }));
    }),
  );
  // Of one minute's marks an end comes first, so that one schedule may follow another without a gap.
  const ordered = marks.toSorted((one, other) => one.minute - other.minute || (one.kind === "until" ? -1 : 1));
  let open: number | undefined;
  for (const { minute, kind, index } of ordered) {
    if (kind === "until") {
      if (open === index) open = undefined;
      continue;
    }
    if (open !== undefined) return [clash(schedules, { minute, index, open })];
    open = index;
  }
  return [];
}

function clash(
  schedules: readonly Schedule[],
  { minute, index, open }: { readonly minute: number; readonly index: number; readonly open: number },
): Contradiction {
  const name = (which: number) => schedules[which]?.name ?? "";
  const when = minuteText(minute);
  const message =
    index === open
      ? `let it end before it begins again: at ${when} ${name(index)} begins and has not ended`
      : `let ${name(open)} end first: at ${when} ${name(index)} begins within it, and the end of the one would take the other's nodes`;
  return { path: [index, "from"], message };
}
