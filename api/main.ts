import { createLogger } from "./base/logger.ts";
import { readSettings, type Settings } from "./base/settings.ts";
import { type Service, startService } from "./wiring.ts";

const STOP_LIMIT_MS = 90_000;

/** Standard output is for the person who started the service; the log goes to standard error. */
const say = (line: string) => process.stdout.write(`${line}\n`);

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

function greet({ url, made }: Service): void {
  say(`Meridian is at ${url} - documentation at ${url}/docs`);
  if (made.masterKeyFile !== undefined) {
    say(`The master key was made in ${made.masterKeyFile}. Back it up apart from the database.`);
  }
  if (made.adminKey !== undefined) say(`The admin's key, shown only now: ${made.adminKey}`);
}

const settings = settingsOrExit();
const logger = createLogger({ level: settings.logLevel });
try {
  const service = await startService({ settings, logger, say });
  greet(service);
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stopping) return; // one stop is enough; a second signal must not cut the saving short
      stopping = true;
      logger.info({ signal }, "stopping");
      setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
      service.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, "could not stop cleanly");
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  logger.fatal({ err: error }, "could not start");
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
