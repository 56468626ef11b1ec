import type { DocumentFault } from "./readDocument.ts";

/** What an engine says at the end of every preview that did not succeed; also of one that has all its steps, and that a pack refused. */
const ONLY_REFUSED = /^preview failed$/;
const SAID_CHARACTERS = 500;

/**
 * Errors that an engine put into the preview or the log of its events. Such a document may have no more than the steps up to there:
 * that nothing in it is denied says nothing of the rest.
 */
export function readFailures(given: unknown): readonly DocumentFault[] {
  const [diagnostics, events] = [listOf(given, "diagnostics"), Array.isArray(given) ? given : listOf(given, "events")];
  const root = Array.isArray(given) ? "" : "/events";
  return [
    ...diagnostics.flatMap((each, index) => failure(each, `/diagnostics/${index}`)),
    ...events.flatMap((each, index) => failure(memberOf(each, "diagnosticEvent"), `${root}/${index}/diagnosticEvent`)),
  ];
}

function failure(given: unknown, pointer: string): readonly DocumentFault[] {
  const message = memberOf(given, "message");
  if (memberOf(given, "severity") !== "error" || typeof message !== "string") return [];
  const said = message.replaceAll(/<\{%\w+%\}>/g, "").trim(); // marks of colour
  if (ONLY_REFUSED.test(said.replace(/^error: /, ""))) return [];
  const detail = `The engine failed there, and what it did not come to cannot be judged: mend it and preview again. It said: ${said.slice(0, SAID_CHARACTERS)}`;
  return [{ pointer, detail }];
}

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = memberOf(value, key);
  return Array.isArray(list) ? list : [];
}
