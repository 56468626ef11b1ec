import type { JudgedResource, Step } from "../judgedResource.ts";
import { type ReadState, readState } from "./readState.ts";

/** `deployment`: what `pulumi stack export` writes; `preview`: what `pulumi preview --json` prints; `events`: an engine's event log. */
export type DocumentKind = "deployment" | "preview" | "events";

/** One fault of a document; `pointer` is a JSON pointer from its root. */
export interface DocumentFault {
  readonly pointer: string;
  readonly detail: string;
}

/** What there is to judge in a document. */
export interface JudgedDocument {
  /** Of the first resource; empty where there is none. */
  readonly project: string;
  readonly stack: string;
  /** In the order of the document; what was there already and stays as it is counts as an update. */
  readonly steps: readonly JudgedResource[];
}

type Read = JudgedDocument | { readonly faults: readonly DocumentFault[] };
type Properties = Readonly<Record<string, unknown>>;

/** More are not told: a document of another kind has one for each of its members. */
const MOST_FAULTS = 20;

/** What steps of a preview come to; those not named bring nothing that is to be judged. */
const stepOf: Readonly<Record<string, Step>> = {
  same: "update",
  create: "create",
  update: "update",
  import: "import",
  "import-replacement": "import",
  "create-replacement": "replace",
  delete: "delete",
};

/** Reads a document strictly enough that nothing in it goes unjudged unnoticed. */
export function readDocument(kind: DocumentKind, given: unknown): Read {
  const reading: Reading = { states: new Map(), faults: [] };
  try {
    readers[kind](given, reading);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    reading.faults.push({ pointer: "", detail: "The document is nested too deeply." });
  }
  if (reading.faults.length > 0) return { faults: reading.faults.slice(0, MOST_FAULTS) };
  const steps = [...reading.states.values()];
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]*)::([^:]*)::/.exec(steps[0]?.urn ?? "") ?? [];
  return { project, stack, steps };
}

interface Reading {
  /** By URN: of a log that has a preview and then the update, the update counts. */
  readonly states: Map<string, JudgedResource>;
  readonly faults: DocumentFault[];
}

const readers: Readonly<Record<DocumentKind, (given: unknown, reading: Reading) => void>> = {
  deployment(given, reading) {
    const deployment = isObject(given) ? given["deployment"] : undefined;
    if (!isObject(given) || !isObject(deployment))
      return refuse(
        reading,
        "",
        "must be what `pulumi stack export` writes: an object with `version` and `deployment`.",
      );
    const { version } = given;
    if (version !== 3 && version !== 4)
      return refuse(reading, "/version", `is ${shown(version)}; versions 3 and 4 are known here.`);
    eachOf(deployment["resources"], "/deployment/resources", reading, (resource, pointer) => {
      if (isObject(resource) && (resource["delete"] === true || resource["external"] === true)) return;
      add(readState({ state: resource, pointer, step: "update" }), reading);
    });
  },

  preview(given, reading) {
    if (!isObject(given) || !("steps" in given || "changeSummary" in given))
      return refuse(reading, "", "must be what `pulumi preview --json` prints: an object with `steps`.");
    eachOf(given["steps"], "/steps", reading, (step, pointer) => {
      if (!isObject(step)) return refuse(reading, pointer, "must be an object.");
      readStep({ op: step["op"], old: step["oldState"], now: step["newState"], pointer }, reading, "State");
    });
  },

  events(given, reading) {
    const events = isObject(given) ? given["events"] : given;
    if (!Array.isArray(events)) return refuse(reading, "", "must be a list of engine events.");
    eachOf(events, isObject(given) ? "/events" : "", reading, (event, pointer) => {
      if (!isObject(event)) return refuse(reading, pointer, "must be an object.");
      const before = event["resourcePreEvent"];
      if (before === undefined) return;
      const metadata = isObject(before) ? before["metadata"] : undefined;
      const at = `${pointer}/resourcePreEvent/metadata`;
      if (!isObject(metadata)) return refuse(reading, at, "must be an object.");
      readStep({ op: metadata["op"], old: metadata["old"], now: metadata["new"], pointer: at }, reading, "");
    });
  },
};

interface GivenStep {
  readonly op: unknown;
  readonly old: unknown;
  readonly now: unknown;
  readonly pointer: string;
}

/** @param suffix what the names of the states end with: `oldState` and `newState` in a preview, `old` and `new` in events */
function readStep({ op, old, now, pointer }: GivenStep, reading: Reading, suffix: "State" | ""): void {
  if (typeof op !== "string") {
    refuse(reading, `${pointer}/op`, `is ${shown(op)}, and must be the name of a step.`);
    return;
  }
  const step = stepOf[op];
  if (step === undefined) return;
  const before = isObject(old) ? old : undefined;
  const [state, at] = step === "delete" ? [old, `old${suffix}`] : [now, `new${suffix}`];
  if (isObject(state) && state["external"] === true) return;
  add(readState({ state, pointer: `${pointer}/${at}`, step, ...(before && { before }) }), reading);
}

function add(read: ReadState, { states, faults }: Reading): void {
  if ("faults" in read) faults.push(...read.faults);
  else states.set(read.resource.urn, read.resource);
}

function eachOf(
  list: unknown,
  pointer: string,
  reading: Reading,
  visit: (item: unknown, pointer: string) => void,
): void {
  if (list === undefined || list === null) return; // the engine leaves out what is empty
  if (!Array.isArray(list)) {
    refuse(reading, pointer, "must be a list.");
    return;
  }
  for (const [index, item] of list.entries()) visit(item, `${pointer}/${index}`);
}

const refuse = ({ faults }: Reading, pointer: string, detail: string): void =>
  void faults.push({ pointer, detail: pointer === "" ? `The document ${detail}` : `It ${detail}` });

const shown = (value: unknown): string => (JSON.stringify(value) ?? "missing").slice(0, 60);
const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);
