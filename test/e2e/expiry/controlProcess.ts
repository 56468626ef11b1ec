import { fileURLToPath } from "node:url";
import { createLogger } from "../../../api/base/logger.ts";
import { readSettings } from "../../../api/base/settings.ts";
import { startService } from "../../../api/wiring.ts";
import { BLUEPRINT_DIGEST, doorsBlueprint } from "./blueprint.ts";
import { CLOCK_FILE, timeInFile } from "./clockFile.ts";

/** Process entry: the service as `npm start` runs it, but for the program that it builds and the time that it is. */
const settings = readSettings(process.env);
const clockFile = process.env[CLOCK_FILE] ?? "";
const service = await startService({
  settings,
  logger: createLogger({ level: settings.logLevel }),
  say: () => undefined,
  clock: { now: () => timeInFile(clockFile) },
  programs: {
    blueprints: [doorsBlueprint],
    digestOf: () => BLUEPRINT_DIGEST,
    library: fileURLToPath(new URL("./library.ts", import.meta.url)),
  },
});
process.once("SIGTERM", () => void service.stop().then(() => process.exit()));
