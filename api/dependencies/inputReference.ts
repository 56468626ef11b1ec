import { z } from "zod";
import type { Fault } from "../base/problem.ts";
import { regionName, thingName } from "../http/schemas.ts";
import { escapeToken } from "../http/unstorableFaults.ts";

/** An input that takes its value from an output of another stack set of the team. */
const inputReference = z.strictObject({
  from: thingName,
  output: z.string().min(1).max(200),
  region: regionName.optional(),
});

export interface InputReference extends z.output<typeof inputReference> {
  /** JSON pointer (RFC 6901) from the inputs' root. */
  readonly pointer: string;
}

export interface FoundReferences {
  readonly references: readonly InputReference[];
  /** Of what looks like a reference and is none; pointers from the inputs' root. */
  readonly faults: readonly Fault[];
}

/**
 * Every reference in a stack set's inputs, wherever it stands. An object with both `from` and `output` is one: no blueprint has an
 * input object with these two members.
 */
export function findReferences(inputs: unknown): FoundReferences {
  const references: InputReference[] = [];
  const faults: Fault[] = [];
  visit(inputs, "", (value, pointer) => {
    const read = inputReference.safeParse(value);
    if (read.success) references.push({ ...read.data, pointer });
    else faults.push({ pointer, detail: malformed });
  });
  return { references, faults };
}

const malformed =
  'A reference is {"from": "<stack set>", "output": "<output>"}, with "region": "<region>" where it is another region\'s, and nothing else. To put a value in its place by a merge patch, name its members as null.';

/** The inputs with each reference replaced by what `valueAt` says for its pointer. Nothing that was given is changed. */
export function replaceReferences(inputs: unknown, valueAt: (pointer: string) => unknown): unknown {
  const replace = (value: unknown, pointer: string): unknown => {
    if (looksLikeReference(value)) return valueAt(pointer);
    if (Array.isArray(value)) return value.map((item, index) => replace(item, `${pointer}/${index}`));
    if (!isObject(value)) return value;
    const members = Object.entries(value).map(([name, member]) => [
      name,
      replace(member, `${pointer}/${escapeToken(name)}`),
    ]);
    return Object.fromEntries(members);
  };
  return replace(inputs, "");
}

/** Without the top-level inputs in which a reference stands: what can be judged before the values are known. */
export function withoutReferring(inputs: unknown): unknown {
  if (!isObject(inputs)) return inputs;
  const known = Object.entries(inputs).filter(([, value]) => {
    const { references, faults } = findReferences(value);
    return references.length + faults.length === 0;
  });
  return Object.fromEntries(known);
}

function visit(value: unknown, pointer: string, onReference: (value: unknown, pointer: string) => void): void {
  if (looksLikeReference(value)) {
    onReference(value, pointer);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) visit(member, `${pointer}/${escapeToken(name)}`, onReference);
  }
}

function looksLikeReference(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, "from") && Object.hasOwn(value, "output");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
