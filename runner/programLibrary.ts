import type { Job } from "./wire.ts";

/**
 * What a runner runs: the module that a host names for its runners exports one as `library`. The blueprints of this
 * project are such a library; tests bring their own.
 */
export interface ProgramLibrary {
  /** The names of its blueprints. */
  readonly blueprints: readonly string[];
  /** Loads what programs need, ahead of the first job. */
  preload(): Promise<void>;
  /** The digest of a blueprint as it stands here; undefined when there is none of that name. */
  digestOf(blueprint: string): string | undefined;
  /**
   * Declares the resources of a stack, inside a Pulumi program, and answers the stack's outputs. What to build is in the
   * stack's configuration, as it is for `pulumi up`; of the job itself a program is told nothing.
   */
  run(): Promise<object>;
}

/**
 * @throws Error when the library does not hold exactly the artefact that the job names: a stack is built from the digest
 * that it remembers and from no other.
 */
export function requireArtefact(library: ProgramLibrary, wanted: Job["blueprint"]): void {
  const present = library.digestOf(wanted.name);
  if (present === wanted.digest) return;
  const found = present === undefined ? "no blueprint of that name" : `${wanted.name} with digest ${present}`;
  throw new Error(
    `The stack is built from ${wanted.name} with digest ${wanted.digest}, but this runner host has ${found}. ` +
      "Its files changed while the runner host was running: start it again.",
  );
}
