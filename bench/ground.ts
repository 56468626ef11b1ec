import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureEngine, printProgress } from "../toolchain/index.ts";
import { type Baseline, startBaseline } from "./baseline/baseline.ts";
import { type Meridian, startMeridian } from "./service/meridian.ts";
import type { EngineWorld } from "./stock/engineWorld.ts";

/** What the sections work with. */
export interface Ground {
  readonly meridian: Meridian;
  readonly baseline: Baseline;
  readonly world: EngineWorld;
  /** Ends every process that was started, and removes what was written. */
  close(): Promise<void>;
}

/** As many operations at once as the machine has cores: what the built-in runner host does by default on two. */
export const RUNNERS = 2;

export async function prepareGround(): Promise<Ground> {
  const engine = await ensureEngine({ progress: printProgress(process.stderr) });
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-bench-"));
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    for (const each of closers.toReversed()) await each();
  };
  // Once, whoever asks: a run that is interrupted ends it from two sides, and neither may go before all is ended.
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  try {
    const meridian = await startMeridian({ folder, runners: RUNNERS });
    closers.push(meridian.close);
    const world = { engine, providerPort: meridian.providerPort, folder };
    const baseline = await startBaseline(world);
    closers.push(baseline.close);
    return { meridian, baseline, world, close };
  } catch (error) {
    await close();
    throw error;
  }
}
