import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Runner, startRunner } from "../../runner/runnerProcess.ts";
import { scrubbedEnvironment } from "../../runner/scrubbedEnvironment.ts";
import { forkAndWait } from "../measure/childProcess.ts";
import type { Rounds } from "../measure/inTurn.ts";
import { processTree } from "../measure/processTree.ts";
import type { ProgramTimes } from "../measure/programTimes.ts";
import { spreadOf } from "../measure/spread.ts";
import type { Row, Section } from "../report.ts";

const MEGABYTE = 1024 * 1024;
const PROGRAM_AIM_MS = 150;
const FRESH_AIM_MB = 300;

/** (l) The checkout's own blueprints in a runner: the time of their programs, and the memory of a runner before its first job. */
export async function blueprints({ rounds }: Rounds): Promise<Section> {
  const times = (await timesOfPrograms()).toSorted((one, other) => median(other) - median(one));
  const rows = times.map(({ blueprint, resources, ms }, index): Row => {
    const row = { what: `program of ${blueprint}, ${resources} resources`, unit: "ms", values: ms } as const;
    return index === 0 ? { ...row, aim: { bound: "at most", value: PROGRAM_AIM_MS } } : row;
  });
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round += 1) sizes.push(await sizeOfFreshRunner());
  return {
    title: "(l) the blueprints of the checkout in a runner",
    rows: [
      ...rows,
      { what: "a fresh runner, resident", unit: "MB", values: sizes, aim: { bound: "at most", value: FRESH_AIM_MB } },
    ],
  };
}

const median = ({ ms }: ProgramTimes): number => spreadOf(ms).median;

async function timesOfPrograms(): Promise<readonly ProgramTimes[]> {
  const module = new URL("../measure/programTimes.ts", import.meta.url);
  const child = await forkAndWait({ module, env: { PATH: process.env["PATH"] ?? "" } });
  await child.end();
  return child.first as readonly ProgramTimes[]; // our own process's only message
}

/** In megabytes. The first one fills the cache of compiled code, as on a host. */
async function sizeOfFreshRunner(): Promise<number> {
  const home = await mkdtemp(path.join(tmpdir(), "meridian-bench-runner-"));
  try {
    const start = (): Runner =>
      startRunner({
        programs: { library: fileURLToPath(new URL("../../runner/blueprintLibrary.ts", import.meta.url)) },
        env: scrubbedEnvironment(process.env, { userHome: home, compileCache: path.join(home, "compiled") }),
        cwd: home,
      });
    const first = start();
    await first.ready;
    first.retire();
    await first.gone;
    const second = start();
    await second.ready;
    const size = processTree(second.pid)[0]?.residentBytes ?? 0;
    second.retire();
    await second.gone;
    return size / MEGABYTE;
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
