import { readdirSync, readFileSync } from "node:fs";

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes of this machine (Linux: from /proc). */
export function listProcesses(): readonly ProcessInfo[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name may hold spaces and brackets
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return afterName[0] === "Z" ? [] : [{ pid: Number(name), parent: Number(afterName[1]), command }];
      } catch {
        return []; // it ended between the two looks
      }
    });
}

/** The descendants of a process whose command line matches. */
export function descendants(of: number, command: RegExp): readonly ProcessInfo[] {
  const all = listProcesses();
  const found: ProcessInfo[] = [];
  const visit = (parent: number): void => {
    for (const child of all.filter((each) => each.parent === parent)) {
      if (command.test(child.command)) found.push(child);
      visit(child.pid);
    }
  };
  visit(of);
  return found;
}
