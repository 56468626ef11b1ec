import type { Fault } from "../base/problem.ts";
import type { Database } from "../db/database.ts";
import { findReferences } from "../dependencies/inputReference.ts";
import { invalidRequest } from "../http/parse.ts";

/** What a stack set needs to know of blueprints. */
export interface BlueprintReader {
  /** The present artefact. */
  digestOf(db: Database, blueprint: { readonly team: string; readonly name: string }): Promise<string | undefined>;
  has(
    db: Database,
    artefact: { readonly team: string; readonly name: string; readonly digest: string },
  ): Promise<boolean>;
  /** The inputs without those that merely are the defaults of an artefact. */
  withoutDefaults(
    db: Database,
    artefact: { readonly name: string; readonly digest: string },
    inputs: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  names(db: Database, team: string): Promise<readonly string[]>;
  checkInputs(
    db: Database,
    artefact: { readonly name: string; readonly digest: string },
    inputs: unknown,
    unknownAt?: readonly string[],
  ): Promise<
    | { readonly inputs: Readonly<Record<string, unknown>>; readonly faults?: undefined }
    | { readonly faults: readonly Fault[] }
  >;
  /** The regions beside its own in which a stack of the artefact makes things; pointers are from the inputs' root. */
  reachOf(
    db: Database,
    artefact: { readonly name: string; readonly digest: string },
    stack: { readonly region: string; readonly inputs: unknown },
  ): Promise<readonly { readonly region: string; readonly pointer: string }[]>;
  /** What of inputs that fit the artefact does not fit one of the regions. */
  regionFaults(
    artefact: { readonly name: string; readonly digest: string },
    asked: { readonly inputs: unknown; readonly regions: readonly string[] },
  ): readonly Fault[];
}

interface Choice {
  readonly team: string;
  readonly blueprint: string;
  /** A digest, `latest`, or nothing in particular. */
  readonly wanted: string | undefined;
  /** What stays where nothing in particular is wanted. */
  readonly kept?: string | undefined;
}

type Chosen =
  | { readonly digest: string; readonly faults?: undefined }
  | { readonly digest?: undefined; readonly faults: readonly Fault[] };

/** The artefact that a request means: the one it names, else the one that is there, else the blueprint's present one. */
export async function chooseArtefact(
  db: Database,
  blueprints: BlueprintReader,
  { team, blueprint: name, wanted, kept }: Choice,
): Promise<Chosen> {
  if (wanted === undefined && kept !== undefined) return { digest: kept };
  const present = await blueprints.digestOf(db, { team, name });
  if (present === undefined) return { faults: [unknownBlueprint(name, await blueprints.names(db, team))] };
  if (wanted === undefined || wanted === "latest") return { digest: present };
  if (await blueprints.has(db, { team, name, digest: wanted })) return { digest: wanted };
  const detail = `There is no artefact ${wanted} of ${name}. GET /v1/blueprints/${name}/versions lists them.`;
  return { faults: [{ pointer: "/blueprintDigest", detail }] };
}

/**
 * The same for one stack: the artefact that is wanted, held against inputs that are there already.
 *
 * @throws Problem `invalid-request` when there is no such artefact, or the inputs do not fit it.
 */
export function createArtefactChoice(blueprints: BlueprintReader) {
  return async (db: Database, { inputs, ...choice }: Choice & { readonly inputs: unknown }): Promise<string> => {
    const { digest, faults } = await chooseArtefact(db, blueprints, choice);
    if (digest === undefined) throw invalidRequest(faults);
    const references = findReferences(inputs).references.map(({ pointer }) => pointer);
    const checked = await blueprints.checkInputs(db, { name: choice.blueprint, digest }, inputs, references);
    if (checked.faults === undefined) return digest;
    const found = checked.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(" ");
    const detail = `The stack set's inputs do not fit ${digest}. ${found} Change them in the stack set, together with the digest.`;
    throw invalidRequest([{ pointer: "/blueprintDigest", detail }]);
  };
}

/** What artefacts besides the stack set's own have against the inputs. */
export async function faultsOfInputs(
  db: Database,
  blueprints: BlueprintReader,
  {
    name,
    digests,
    unknownAt,
  }: { readonly name: string; readonly digests: readonly string[]; readonly unknownAt: readonly string[] },
  inputs: unknown,
): Promise<readonly Fault[]> {
  const checks = await Promise.all(
    digests.map((digest) => blueprints.checkInputs(db, { name, digest }, inputs, unknownAt)),
  );
  return checks.flatMap(({ faults = [] }, index) =>
    faults.map(({ pointer, detail }) => ({
      pointer,
      detail: `${detail} (A stack is on the artefact ${digests[index]}.)`,
    })),
  );
}

function unknownBlueprint(name: string, known: readonly string[]): Fault {
  return {
    pointer: "/blueprint",
    detail: `There is no blueprint ${JSON.stringify(name)}. There is ${known.join(", ")}.`,
  };
}
