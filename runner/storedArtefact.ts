import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { ArtefactProgram } from "../programs/artefacts/programOf.ts";
import type { ProgramSdk } from "../programs/markUrns.ts";
import { programFrame } from "../programs/programFrame.ts";
import { InputsRefused } from "./inputsRefused.ts";

/** An artefact that was unpacked into a folder, loaded into this runner. */
export interface StoredArtefact {
  /** @throws InputsRefused with what the program has against them. */
  checkInputs(inputs: unknown): void;
  /** Declares the resources of a stack, inside a Pulumi program, and answers the stack's outputs. */
  run(): Promise<object>;
}

const manifest = z.object({ format: z.literal(1), name: z.string(), program: z.string() });
const problems = z.array(z.object({ pointer: z.string(), message: z.string() }));

/** As its author may have written it. */
type GivenProgram = Pick<ArtefactProgram, "program"> & Partial<ArtefactProgram>;

/** @throws Error, in words for the person who asked for the operation, when its program cannot be loaded. */
export async function loadArtefact(folder: string): Promise<StoredArtefact> {
  const { name, program } = manifest.parse(JSON.parse(await readFile(path.join(folder, "blueprint.json"), "utf8")));
  const sdk = (await import(moduleOf(folder, "@pulumi/pulumi"))) as ProgramSdk; // of any version that an engine of today takes
  const given = await loadProgram(path.join(folder, program), name);
  return {
    checkInputs(inputs) {
      const found = problems.parse(given.checkInputs?.(inputs) ?? []);
      if (found.length > 0) throw new InputsRefused(name, found);
    },
    async run() {
      const { inputs, placement } = programFrame(sdk);
      return given.program(inputs, placement);
    },
  };
}

/** The URL of a module as the artefact itself would find it. */
export function moduleOf(folder: string, specifier: string): string {
  return pathToFileURL(createRequire(path.join(folder, "package.json")).resolve(specifier)).href;
}

async function loadProgram(file: string, name: string): Promise<GivenProgram> {
  const loaded: unknown = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The program of ${name} cannot be loaded: ${reason}. Mend it, and publish it again.`, { cause });
  });
  if (isProgram(loaded)) return loaded;
  throw new Error(`The program of ${name} exports no function called program. Mend it, and publish it again.`);
}

function isProgram(loaded: unknown): loaded is GivenProgram {
  const { program, checkInputs } = loaded as { readonly program?: unknown; readonly checkInputs?: unknown }; // a module is an object
  return typeof program === "function" && (checkInputs === undefined || typeof checkInputs === "function");
}
