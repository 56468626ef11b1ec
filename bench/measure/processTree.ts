import { readdirSync, readFileSync } from "node:fs";

export interface ProcessSize {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly residentBytes: number;
}

const PAGE_BYTES = 4_096;

/** A process and all below it, with their resident sizes (Linux: from /proc/PID/stat, fields 4 and 24 of proc(5)). */
export function processTree(root: number): readonly ProcessSize[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)));
  const below = (pid: number): readonly ProcessSize[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

function readProcess(pid: number): readonly ProcessSize[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold spaces; field 3 is first
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return [{ pid, parent: Number(fields[1]), command, residentBytes: Number(fields[21]) * PAGE_BYTES }];
  } catch {
    return []; // it ended between the two looks
  }
}

/** The tree without the processes whose command matches, and without all below those. */
export function without(tree: readonly ProcessSize[], command: RegExp): readonly ProcessSize[] {
  const cut = new Set(tree.filter((each) => command.test(each.command)).map(({ pid }) => pid));
  for (const { pid, parent } of tree) if (cut.has(parent)) cut.add(pid); // parents come before their children
  return tree.filter(({ pid }) => !cut.has(pid));
}

export function sumOf(processes: readonly ProcessSize[]): number {
  return processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
}
