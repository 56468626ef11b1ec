import { cpus, loadavg, totalmem } from "node:os";
import { type Ground, prepareGround } from "./ground.ts";
import { readOptions } from "./plan.ts";
import { linesOf } from "./report.ts";
import { runSections } from "./runSections.ts";

/**
 * `npm run bench`, with `-- --quick` for a look and `-- --only a20,f` for some sections (a20 a150 b20 b150 c d e f). Ends with 1 when a
 * section failed; an aim that was missed is a finding and no failure.
 */
const say = (line = ""): void => void process.stdout.write(`${line}\n`);
const GIGABYTE = 1024 ** 3;
const load = (): string => loadavg()[0]?.toFixed(1) ?? "unknown";

const options = readOptions(process.argv.slice(2));
const [processor] = cpus();
say(
  `${cpus().length} cores (${processor?.model}), ${(totalmem() / GIGABYTE).toFixed(0)} GB, Node ${process.version}, load ${load()}`,
);

let ground: Ground | undefined;
const stop = (): void => {
  say("interrupted: ending what was started");
  void ground?.close().finally(() => process.exit(130));
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);

try {
  ground = await prepareGround();
  say(`engine ${ground.world.engine.version}; every stack has two resources more, itself and its provider`);
  // What the first operation of each side pays for, such as compiled code that is cached, no later one pays.
  await ground.meridian.rest.create("warm-up", { resources: 10, generation: 1 });
  await ground.meridian.rest.destroy("warm-up");
  await ground.baseline.create("warm-up", { resources: 10, generation: 1 }, "plain");
  await ground.baseline.destroy("warm-up");
  for await (const outcome of runSections(ground, options)) {
    say();
    if ("section" in outcome) for (const line of linesOf(outcome.section)) say(line);
    else {
      say(`(${outcome.name}) was not measured: ${outcome.skipped}`);
      process.exitCode = 1;
    }
    say(`  load ${load()}`);
  }
} finally {
  await ground?.close();
}
