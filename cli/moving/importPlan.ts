import type { StateFacts } from "./sourceState.ts";

/** The tag by which a stack in the service remembers what it was imported from: `<version>:<fingerprint>`. */
export const IMPORTED_STATE = "imported-state";
export const IMPORTED_FROM = "imported-from";

/** A stack in the service as it is before anything is done. */
export interface PresentStack {
  readonly version: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the version that the tag names was made by an import; undefined without a tag. */
  readonly importWasMade: boolean | undefined;
}

export type Step =
  /** Makes the stack and imports the state. */
  | { readonly do: "import" }
  /** Imports into the stack that is there: an import that broke off, or one that goes on where the source went on. */
  | { readonly do: "resume" | "adopt" }
  | { readonly do: "nothing" }
  | { readonly do: "refuse"; readonly reason: string };

export interface Found {
  readonly facts: StateFacts;
  readonly lock: string | undefined;
  readonly present: PresentStack | undefined;
  readonly adopt: boolean;
}

/** What to do with one stack. A state that may not be whole, and a stack that others work with, are left alone. */
export function planImport({ facts, lock, present, adopt }: Found): Step {
  if (present !== undefined && unchanged(facts, present)) return { do: "nothing" };
  if (lock !== undefined) return refuse(`it is locked, or cannot be looked at: ${lock}`);
  if (facts.pending.length > 0)
    return refuse(
      `steps of an update that broke off are not settled (${facts.pending.join(", ")}): settle them in the source with "pulumi refresh", which asks about each, and import again`,
    );
  if (present === undefined) return { do: "import" };
  const before = importedState(present.tags);
  if (before === undefined)
    return refuse(
      "a stack of this name is in the service and did not come from there: it is not overwritten. Remove it, or give another --team",
    );
  if (present.version < before.version) return { do: "resume" };
  if (before.fingerprint === facts.fingerprint) return refuse(overtaken);
  if (present.version > before.version)
    return refuse(
      `both went on since the import: the service is at version ${present.version}, the import was version ${before.version}. Decide which one is true, and import it by hand`,
    );
  return adopt
    ? { do: "adopt" }
    : refuse(
        "the source went on since the import, and the service did not: give --adopt to take what the source has now",
      );
}

const overtaken = "the import of before broke off and the stack was updated since: look at it, and import by hand";

/** Nothing to do: what the source has now was imported, whatever the service has made of it since. */
function unchanged(facts: StateFacts, { tags, version, importWasMade }: PresentStack): boolean {
  const before = importedState(tags);
  if (before?.fingerprint !== facts.fingerprint || version < before.version) return false;
  return before.version === 0 || importWasMade === true;
}

export function importedState(tags: Readonly<Record<string, string>>) {
  const match = /^(\d+):([0-9a-f]+)$/.exec(tags[IMPORTED_STATE] ?? "");
  return match === null ? undefined : { version: Number(match[1]), fingerprint: match[2] ?? "" };
}

const refuse = (reason: string): Step => ({ do: "refuse", reason });
