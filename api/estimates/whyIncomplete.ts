import { z } from "zod";

const list = z.array(z.unknown()).catch([]);
const document = z.object({ diagnostics: list, events: list });
const failure = z.object({ severity: z.literal("error"), message: z.string() });
const failureEvent = z.object({ diagnosticEvent: failure });

const MOST_CHARACTERS = 500;

/**
 * What an engine said went wrong in a preview or a log of its events. Such a document may have no more than the steps up to there,
 * and its price is not to be taken for that of everything.
 *
 * @param given an export of a preview, or events; undefined for what is neither
 */
export function whyIncomplete(given: unknown): string | undefined {
  const { diagnostics, events } = document.safeParse(Array.isArray(given) ? { events: given } : given).data ?? nothing;
  const errors = [
    ...diagnostics.flatMap((each) => failure.safeParse(each).data ?? []),
    ...events.flatMap((each) => failureEvent.safeParse(each).data?.diagnosticEvent ?? []),
  ];
  if (errors.length === 0) return undefined;
  const said = errors.map(({ message }) => message.trim()).join("\n");
  return said.slice(0, MOST_CHARACTERS);
}

const nothing: z.output<typeof document> = { diagnostics: [], events: [] };
