import type { Fault } from "../base/problem.ts";
import { cycleThrough, type Edges } from "./dependencyGraph.ts";
import type { Source } from "./dependencyStore.ts";
import type { InputReference } from "./inputReference.ts";

/** As much of a stack set as its references are judged by. */
export interface ReferringSet {
  readonly team: string;
  readonly name: string;
  readonly target: string;
  readonly regions: readonly string[];
}

interface Known {
  readonly sources: ReadonlyMap<string, Source>;
  readonly edges: Edges;
}

/** What is wrong with one reference; its pointer is from the inputs' root. At most one fault: the others would follow from it. */
export function referenceFault(
  set: ReferringSet,
  reference: InputReference,
  { sources, edges }: Known,
): Fault | undefined {
  const { from, output, pointer } = reference;
  const cycle = cycleThrough(edges, { from: set.name, to: from });
  if (cycle !== undefined) {
    const detail = `${cycle.join(" → ")}: a stack set cannot depend on itself. Give a value here, or take one of the other references away.`;
    return { pointer, detail };
  }
  const found = sources.get(from);
  const detail =
    found === undefined
      ? `The team ${set.team} has no stack set ${from}. Create it first, or name another.`
      : (placeFault(set, reference, found) ?? outputFault(output, found));
  return detail === undefined ? undefined : { pointer, detail };
}

function placeFault(set: ReferringSet, { region }: InputReference, found: Source): string | undefined {
  if (found.status === "deleting") return `${found.name} is being torn down. Name a stack set that stays.`;
  if (found.target !== set.target) {
    return `${found.name} is on the target ${found.target}, ${set.name} on ${set.target}: what stands in one account is not to be had in another. Name a stack set on ${set.target}.`;
  }
  const needed = region === undefined ? set.regions : [region];
  const missing = needed.filter((each) => !found.regions.includes(each));
  if (missing.length === 0) return undefined;
  return `${found.name} does not cover ${missing.join(", ")}. It covers ${found.regions.join(", ")}: add the region there first, or leave it out here.`;
}

function outputFault(output: string, { name, outputs }: Source): string | undefined {
  const described = outputs.find((each) => each.name === output);
  if (described === undefined) {
    const open = outputs.filter(({ secret }) => !secret).map((each) => each.name);
    return `${name} has no output ${JSON.stringify(output)}. It has ${open.join(", ") || "none that may be taken"}.`;
  }
  if (!described.secret) return undefined;
  return `The output ${output} of ${name} is secret, and inputs are kept in the open. Take another output, such as the name by which the secret can be asked for.`;
}
