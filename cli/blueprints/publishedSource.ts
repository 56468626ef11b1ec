import { packFiles } from "../../programs/artefacts/archive.ts";
import { type ArtefactFile, digestOfFiles } from "../../programs/artefacts/artefactFile.ts";
import { CliError } from "../cliError.ts";
import { withGitFolder } from "./gitFolder.ts";

/** Where to take it from, as the options say. */
export interface SourceOptions {
  readonly git?: string;
  readonly path?: string;
}

/**
 * The body of a request that publishes a folder or a commit, but for whom it is.
 *
 * @throws CliError `bad-option` where both are given, or neither
 */
export async function publishedSource(
  folder: string | undefined,
  { git, path }: SourceOptions,
  read: (folder: string) => Promise<readonly ArtefactFile[]>,
) {
  const packed = async (place: string) => {
    const files = await read(place);
    return { archive: packFiles(files).toString("base64"), digest: digestOfFiles(files) };
  };
  if ((folder === undefined) === (git === undefined)) {
    throw new CliError("bad-option", "give either a folder or --git <url>#<commit>");
  }
  if (git === undefined) return { ...(await packed(folder ?? ".")), from: { kind: "folder" } };
  return withGitFolder({ git, path }, async (place, from) => ({ ...(await packed(place)), from }));
}
