import { readFileSync } from "node:fs";
import type { ProcessSize } from "./processTree.ts";

/**
 * Bytes that a tree of processes has handed to storage so far, with those of children that have ended (Linux: `write_bytes`
 * of /proc/PID/io, proc(5)). What is written into pipes and sockets does not count; what a file system never gets to write
 * because the file is removed first does.
 */
export function writtenBytesOf(processes: readonly ProcessSize[]): number {
  return processes.reduce((sum, { pid }) => sum + writtenBy(pid), 0);
}

function writtenBy(pid: number): number {
  try {
    return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0; // it ended between the two looks; its parent has taken its count over
  }
}
