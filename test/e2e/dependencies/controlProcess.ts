import { fileURLToPath } from "node:url";
import { createLogger } from "../../../api/base/logger.ts";
import { readSettings } from "../../../api/base/settings.ts";
import { startService } from "../../../api/wiring.ts";
import { blueprints, digestOf } from "./blueprints.ts";

/** Process entry: the service as `npm start` runs it, but for the programs that it builds. */
const settings = readSettings(process.env);
const service = await startService({
  settings,
  logger: createLogger({ level: settings.logLevel }),
  say: () => undefined,
  programs: { blueprints, digestOf, library: fileURLToPath(new URL("./library.ts", import.meta.url)) },
});
process.once("SIGTERM", () => void service.stop().then(() => process.exit()));
