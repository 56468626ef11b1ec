import { fileURLToPath } from "node:url";
import { createLogger } from "../../../api/base/logger.ts";
import { readSettings } from "../../../api/base/settings.ts";
import { startService } from "../../../api/wiring.ts";
import { BLUEPRINT_DIGEST, parityBlueprint } from "./blueprint.ts";

/** Process entry: the service as `npm start` runs it, but for the program that it builds. */
const settings = readSettings(process.env);
const service = await startService({
  settings,
  logger: createLogger({ level: settings.logLevel }),
  say: () => undefined,
  programs: {
    blueprints: [parityBlueprint],
    digestOf: () => BLUEPRINT_DIGEST,
    library: fileURLToPath(new URL("./library.ts", import.meta.url)),
  },
});
process.once("SIGTERM", () => void service.stop().then(() => process.exit()));
