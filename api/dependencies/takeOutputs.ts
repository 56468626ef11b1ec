import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { TakenOutput } from "./dependencyStore.ts";
import { findReferences, type InputReference, replaceReferences } from "./inputReference.ts";

/** A stack that is about to be built from inputs in which references may stand. */
export interface Taker {
  readonly team: string;
  readonly target: string;
  readonly region: string;
  readonly inputs: unknown;
}

export type TakenInputs =
  | { readonly inputs: unknown; readonly taken: readonly TakenOutput[]; readonly refusal?: undefined }
  | { readonly refusal: Problem };

/** Puts into a stack's inputs what the stacks that they refer to have as outputs at this moment. */
export async function takeOutputs(db: Database | Tx, taker: Taker): Promise<TakenInputs> {
  const { references } = findReferences(taker.inputs);
  const known = await outputsOf(
    db,
    taker,
    references.map(({ from }) => from),
  );
  const taken = new Map<string, TakenOutput>();
  for (const reference of references) {
    const sourceRegion = reference.region ?? taker.region;
    const stack = known.get(`${reference.from} ${sourceRegion}`);
    if (stack === undefined || !Object.hasOwn(stack.outputs, reference.output)) {
      return { refusal: missing(reference, `${reference.from}.${taker.target}.${sourceRegion}`) };
    }
    const value = stack.outputs[reference.output];
    if (holdsSecret(value)) return { refusal: secret(reference) };
    const { pointer, output } = reference;
    taken.set(pointer, { pointer, output, sourceRegion, sourceId: stack.sourceId, value });
  }
  const inputs = replaceReferences(taker.inputs, (pointer) => taken.get(pointer)?.value);
  return { inputs, taken: [...taken.values()] };
}

interface SourceStack {
  readonly sourceId: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

async function outputsOf(
  db: Database | Tx,
  { team, target }: Taker,
  names: readonly string[],
): Promise<ReadonlyMap<string, SourceStack>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .selectFrom("stackSets")
    .innerJoin("stacks", "stacks.stackSetId", "stackSets.id")
    .select(["stackSets.id as sourceId", "stackSets.name", "stacks.region", "stacks.outputs"])
    .where("stackSets.team", "=", team)
    .where("stackSets.target", "=", target)
    .where("stackSets.deletedAt", "is", null)
    .where("stackSets.name", "in", [...new Set(names)])
    .execute();
  return new Map(
    rows.map(({ name, region, sourceId, outputs }) => [
      `${name} ${region}`,
      { sourceId, outputs: outputs as Record<string, unknown> }, // written by the state backend only, as an object
    ]),
  );
}

function missing({ pointer, output }: InputReference, stack: string): Problem {
  const detail =
    `/inputs${pointer} takes the output ${output} of ${stack}, which is not there. ` +
    `Bring ${stack} up (POST /v1/stacks/${stack}/operations with {"kind": "up"}), then ask for this again.`;
  return new Problem("output-missing", detail, { facts: { input: `/inputs${pointer}`, dependency: stack, output } });
}

function secret({ pointer, output, from }: InputReference): Problem {
  const detail = `The output ${output} of ${from} is secret, and inputs are kept in the open. Take another output.`;
  return new Problem("inputs-refused", `/inputs${pointer}: ${detail}`, {
    errors: [{ pointer: `/inputs${pointer}`, detail }],
  });
}

/** Where a secret stood in an output, `{"secret": true}` stands for it. */
function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (typeof value !== "object" || value === null) return false;
  const members = Object.entries(value);
  return members.some(
    ([name, member]) => (name === "secret" && member === true && members.length === 1) || holdsSecret(member),
  );
}
