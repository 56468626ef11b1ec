import { readdirSync, readFileSync } from "node:fs";

export interface ProcessSize {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly residentBytes: number;
  /** Seconds of the processor, with those of its children that have ended. */
  readonly cpuSeconds: number;
}

const PAGE_BYTES = 4_096;
const TICKS_A_SECOND = 100;

/** A process and all below it, with what they use (Linux: from /proc/PID/stat, fields 4, 14 to 17 and 24 of proc(5)). */
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
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const residentBytes = Number(fields[21]) * PAGE_BYTES;
    return [{ pid, parent: Number(fields[1]), command, residentBytes, cpuSeconds: ticks / TICKS_A_SECOND }];
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

/** Seconds of the processor that a tree of processes has used so far. A load beside it hardly moves this. */
export function cpuSecondsOf(processes: readonly ProcessSize[]): number {
  return processes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

export function sumOf(processes: readonly ProcessSize[]): number {
  return processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
}
