import { ArchiveError, unpackFiles } from "../../programs/artefacts/archive.ts";
import { digestOfFiles } from "../../programs/artefacts/artefactFile.ts";
import { type ArtefactContents, readArtefact } from "../../programs/artefacts/artefactManifest.ts";
import type { Fault } from "../base/problem.ts";
import { invalidRequest } from "../http/parse.ts";
import { unstorableFaults } from "../http/unstorableFaults.ts";
import type { BlueprintManifest } from "./blueprint.ts";
import { checkAgainst } from "./schemaCheck.ts";

export interface ReceivedArtefact {
  readonly name: string;
  readonly digest: string;
  readonly manifest: BlueprintManifest;
}

/**
 * Reads an archive that somebody sent; none of it is run.
 *
 * @throws Problem `invalid-request` with every fault: of the archive, of what it says of itself, of its lock, of its schema, whose own
 * example must fit it.
 */
export async function receiveArtefact(archive: Buffer, said: string | undefined): Promise<ReceivedArtefact> {
  const files = unpack(archive);
  const digest = digestOfFiles(files);
  if (said !== undefined && said !== digest) {
    const detail = `The archive holds the artefact ${digest}, not ${said}. Pack and send it again.`;
    throw invalidRequest([{ pointer: "/digest", detail }]);
  }
  const read = readArtefact(files);
  if (!read.ok) throw refused(read.faults.map(({ file, message }) => `${file}: ${message}.`));
  const { manifest } = read.contents;
  const stored = toManifest(read.contents);
  const unstorable = unstorableFaults(stored);
  if (unstorable.length > 0)
    throw refused(unstorable.map(({ pointer, detail }) => `blueprint.json: ${pointer}: ${detail}`));
  const verdict = await checkAgainst({ schema: manifest.inputs, inputs: manifest.example });
  if (verdict.outcome === "no-schema") {
    throw refused([`blueprint.json: /inputs is no JSON Schema 2020-12 that can be used (${verdict.reason}). Mend it.`]);
  }
  if (verdict.outcome === "faults") {
    throw refused(
      verdict.faults.map(({ pointer, detail }) => `blueprint.json: /example${pointer} does not fit /inputs. ${detail}`),
    );
  }
  return { name: manifest.name, digest, manifest: stored };
}

function toManifest({ manifest, notes }: ArtefactContents): BlueprintManifest {
  const { version, title, description, inputs, outputs, reaches, example } = manifest;
  const { text, diagram, objectives, alarms, procedures, runbooks } = notes;
  const operating = { notes: text, diagram, objectives, alarms, procedures, runbooks: [...runbooks] };
  return { version, title, description, inputs, outputs, reaches, example, ...operating };
}

function unpack(archive: Buffer) {
  try {
    return unpackFiles(archive);
  } catch (error) {
    if (error instanceof ArchiveError) throw refused([error.message]);
    throw error;
  }
}

function refused(details: readonly string[]) {
  return invalidRequest(details.map((detail): Fault => ({ pointer: "/archive", detail })));
}
