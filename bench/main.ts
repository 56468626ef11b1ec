import { cpus, loadavg, totalmem } from "node:os";
import { type Ground, prepareGround } from "./ground.ts";
import { readOptions } from "./plan.ts";
import { linesOf } from "./report.ts";
import { runSections } from "./runSections.ts";

/**
 * `npm run bench`, with `-- --quick` for a look, `-- --backend` for what the backend alone is
 * measured by, and `-- --only a20,f` for some sections (a20 a150 b20 b150 c d e f l m n o; of the backend g h i j k). Ends with 1 when a
 * section failed; an aim that was missed is a finding and no failure.
 */
const say = (line = ""): void => void process.stdout.write(`${line}\n`);
const GIGABYTE = 1024 ** 3;
/** What a shell calls the end by Ctrl-C. */
const INTERRUPTED = 130;
const load = (): string => loadavg()[0]?.toFixed(1) ?? "unknown";

const options = readOptions(process.argv.slice(2));
const [processor] = cpus();
say(
  `${cpus().length} cores (${processor?.model}), ${(totalmem() / GIGABYTE).toFixed(0)} GB, Node ${process.version}, load ${load()}`,
);

let ground: Ground | undefined;
let stopping = false;
const stop = (): void => {
  if (stopping) return;
  stopping = true;
  say("interrupted: ending what was started");
  void ground?.close().finally(() => process.exit(INTERRUPTED));
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);

try {
  ground = await prepareGround();
  if (stopping) process.exitCode = INTERRUPTED;
  else await measure(ground);
} catch (error) {
  // What fails because everything is being ended says nothing.
  if (!stopping) throw error;
} finally {
  await ground?.close();
}

async function measure(prepared: Ground): Promise<void> {
  const { meridian, baseline, world } = prepared;
  say(`engine ${world.engine.version}; every stack has two resources more, itself and its provider`);
  // What the first operation of each side pays for, such as compiled code that is cached, no later one pays.
  await meridian.rest.create("warm-up", { resources: 10, generation: 1 });
  await meridian.rest.destroy("warm-up");
  await baseline.create("warm-up", { resources: 10, generation: 1 }, "plain");
  await baseline.destroy("warm-up");
  for await (const outcome of runSections(prepared, options)) {
    if (stopping) return;
    say();
    if ("section" in outcome) for (const line of linesOf(outcome.section)) say(line);
    else {
      say(`(${outcome.name}) was not measured: ${outcome.skipped}`);
      process.exitCode = 1;
    }
    say(`  load ${load()}`);
  }
}
