import { randomUUIDv7 } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import pino from "pino";
import { startHost } from "./host.ts";
import { parseSettings, readHostSettings } from "./hostSettings.ts";

/**
 * Process entry of a runner host. With `--built-in` the settings are the first line of standard input, where no child can
 * read them as it could an environment, and the end of standard input is the end of the parent: then every engine is
 * interrupted and the host ends. Without it the settings come from the environment, and a lost control process is dialled
 * until it is back.
 */
const builtIn = process.argv.includes("--built-in");
const input = builtIn ? createInterface({ input: process.stdin }) : undefined;
const settings =
  input === undefined
    ? readHostSettings(process.env)
    : parseSettings(JSON.parse(String((await once(input, "line"))[0])));
const logger = pino(
  { level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
  pino.destination(2),
);

const starting = startHost(settings, `host_${randomUUIDv7()}`, logger);

let stopping = false;
const stop = async (report: boolean): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await (await starting).stop({ report });
  process.exit();
};
process.on("SIGTERM", () => void stop(true));
process.on("SIGINT", () => void stop(true));
input?.once("close", () => void stop(false));
await starting;
