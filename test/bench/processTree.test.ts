import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { cpuSecondsOf, processTree, sumOf, without } from "../../bench/measure/processTree.ts";

const part = (pid: number, parent: number, command: string) => ({
  pid,
  parent,
  command,
  residentBytes: 10,
  cpuSeconds: 0.5,
});

test("the tree of a process holds itself and its children, with a size and a time", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdout.write('up'); setInterval(() => {}, 1000)"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await once(child.stdout, "data");
    const tree = processTree(process.pid);
    expect(tree[0]?.pid).toBe(process.pid);
    const found = tree.find(({ pid }) => pid === child.pid);
    expect(found?.parent).toBe(process.pid);
    expect(found?.residentBytes).toBeGreaterThan(10_000_000);
    expect(cpuSecondsOf(tree)).toBeGreaterThan(0);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  expect(processTree(process.pid).some(({ pid }) => pid === child.pid)).toBe(false);
});

test("what is cut out of a tree takes all below it along", () => {
  const tree = [
    part(1, 0, "root"),
    part(2, 1, "postgres"),
    part(3, 2, "postgres worker"),
    part(4, 3, "deep"),
    part(5, 1, "kept"),
  ];
  const left = without(tree, /^postgres$/);
  expect(left.map(({ pid }) => pid)).toEqual([1, 5]);
  expect(sumOf(left)).toBe(20);
});
