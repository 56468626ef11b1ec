import { z } from "zod";
import { plain } from "./print.ts";
import type { ServerSentEvent } from "./serverSentEvents.ts";

const known = z.looseObject({
  stack: z.string().optional(),
  region: z.string().optional(),
  status: z.string().optional(),
  kind: z.string().optional(),
  urn: z.string().optional(),
  severity: z.string().optional(),
  level: z.string().optional(),
  policy: z.string().optional(),
  message: z.string().optional(),
});

/** One line for a person: what kind of event, where, and its most telling fields. */
export function describeEvent(event: ServerSentEvent): string {
  const data = known.safeParse(jsonOf(event.data));
  if (!data.success) return `${event.event}: ${plain(event.data)}`;
  const { region, status, kind, urn, severity, level, policy, message } = data.data;
  const parts = [
    region,
    kind,
    severity ?? level,
    policy,
    urn === undefined ? undefined : shortUrn(urn),
    status,
    message,
  ];
  return `${event.event.padEnd(10)}  ${parts
    .filter((part) => part !== undefined)
    .map(plain)
    .join("  ")}`;
}

/** The last two parts of a URN, type and name; what comes before them is the same for a whole stack. */
function shortUrn(urn: string): string {
  const parts = urn.split("::");
  const type = parts.at(-2)?.split("$").at(-1);
  return type === undefined ? urn : `${type} ${parts.at(-1)}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
