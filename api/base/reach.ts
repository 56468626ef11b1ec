import { matchesGlob } from "./glob.ts";

/** A stack within its team. */
export interface StackAddress {
  readonly project: string;
  readonly name: string;
}

/** Which stacks of its team a key is for; a member that is absent narrows nothing, one that is there must fit. */
export interface Reach {
  /** Patterns of project names. */
  readonly projects?: readonly string[] | undefined;
  /** Patterns of stack names; one with a slash is of `project/name`. */
  readonly stacks?: readonly string[] | undefined;
}

export function reaches(reach: Reach | undefined, { project, name }: StackAddress): boolean {
  const inProject = reach?.projects?.some((pattern) => matchesGlob(pattern, project)) ?? true;
  const named = (pattern: string) => matchesGlob(pattern, pattern.includes("/") ? `${project}/${name}` : name);
  return inProject && (reach?.stacks?.some(named) ?? true);
}
