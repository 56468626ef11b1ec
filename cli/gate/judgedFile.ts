import { existsSync } from "node:fs";
import path from "node:path";
import type { GateOptions, GateSource } from "./gateOptions.ts";

/** What Pulumi takes as a project's file. */
export const projectFiles = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"] as const;

/**
 * The file that a reader is to open for what was judged, as a path with slashes from the root of the repository that `from` is in
 * (`from` itself where it is in none): the document that was given where it lies in there, else the project of `--chdir`.
 *
 * @returns nothing where neither lies in the repository
 */
export function judgedFile(source: GateSource, { chdir = "." }: GateOptions, from: string): string | undefined {
  const root = repositoryOf(from) ?? from;
  const given = "file" in source && source.file !== "-" ? [path.resolve(from, source.file)] : [];
  const projects = projectFiles.map((name) => path.resolve(from, chdir, name)).filter((file) => existsSync(file));
  const found = [...given, ...projects].find((file) => isInside(root, file));
  return found === undefined ? undefined : path.relative(root, found).split(path.sep).join("/");
}

/** A work tree of `git worktree` and a submodule have a file of that name, any other a folder. */
function repositoryOf(folder: string): string | undefined {
  if (existsSync(path.join(folder, ".git"))) return folder;
  const above = path.dirname(folder);
  return above === folder ? undefined : repositoryOf(above);
}

function isInside(root: string, file: string): boolean {
  const steps = path.relative(root, file);
  return steps !== "" && !path.isAbsolute(steps) && steps.split(path.sep)[0] !== "..";
}
