import path from "node:path";
import { pathToFileURL } from "node:url";
import { quietPromises } from "../programs/quietPromises.ts";
import { type ProgramLibrary, requireArtefact } from "./programLibrary.ts";
import type { Assignment } from "./runnerMessages.ts";
import type { ServedProgram } from "./serveProgram.ts";
import { loadArtefact, moduleOf, type StoredArtefact } from "./storedArtefact.ts";

/** What one runner can build from, with the SDK that all of it shares. */
export interface RunnerPrograms {
  readonly automation: ServedProgram["automation"];
  /**
   * The program of an assignment, once it has nothing against the inputs.
   *
   * @throws Error, in words for the person who asked for the operation, when it cannot be had; InputsRefused.
   */
  programOf(assignment: Assignment): Promise<ServedProgram["program"]>;
  /** The digests of the library's blueprints, by name. */
  digests(): Readonly<Record<string, string>>;
}

/** Programs that stand on the modules of this checkout: a library, and artefacts that agree with those modules. */
export async function openLibrary(module: string): Promise<RunnerPrograms> {
  const { library } = (await import(pathToFileURL(module).href)) as { library: ProgramLibrary }; // named by the host's operator
  quietPromises();
  await library.preload();
  const stored = rememberArtefact();
  return {
    automation: await import("@pulumi/pulumi/automation/index.js"),
    async programOf({ job, artefact }) {
      if (artefact !== undefined) return programIn(await stored(artefact), job);
      requireArtefact(library, job.blueprint);
      return library.run;
    },
    digests: () => Object.fromEntries(library.blueprints.map((name) => [name, library.digestOf(name) ?? ""])),
  };
}

/** The program of one artefact that has modules of its own, in a runner for it alone. */
export async function openArtefact(folder: string): Promise<RunnerPrograms> {
  quietPromises(path.join(folder, "package.json"));
  const stored = rememberArtefact();
  await stored(folder).catch(() => undefined); // told to who asks for it
  return {
    automation: await import(moduleOf(folder, "@pulumi/pulumi/automation/index.js")),
    programOf: async ({ job }) => programIn(await stored(folder), job),
    digests: () => ({}),
  };
}

function programIn(artefact: StoredArtefact, { config }: Assignment["job"]): ServedProgram["program"] {
  artefact.checkInputs(JSON.parse(config["meridian:inputs"] ?? "{}"));
  return artefact.run;
}

/** Modules are loaded once a process, failed ones included: a runner belongs to one artefact. */
function rememberArtefact(): (folder: string) => Promise<StoredArtefact> {
  const loaded = new Map<string, Promise<StoredArtefact>>();
  return (folder) => {
    const known = loaded.get(folder) ?? loadArtefact(folder);
    loaded.set(folder, known);
    return known;
  };
}
