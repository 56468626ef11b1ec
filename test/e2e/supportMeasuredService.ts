import { fileURLToPath } from "node:url";
import { createLogger } from "../../api/base/logger.ts";
import { readSettings } from "../../api/base/settings.ts";
import { startService } from "../../api/wiring.ts";
import { BLUEPRINT_DIGEST, measuredBlueprint } from "../../bench/program/blueprint.ts";

/** Process entry of the service with a blueprint of as many plain resources as asked for: small stacks are made fast. */
const settings = readSettings(process.env);
const service = await startService({
  settings,
  logger: createLogger({ level: settings.logLevel }),
  say: () => undefined,
  programs: {
    blueprints: [measuredBlueprint],
    digestOf: () => BLUEPRINT_DIGEST,
    library: fileURLToPath(new URL("../../bench/program/library.ts", import.meta.url)),
  },
});
process.once("SIGTERM", () => void service.stop().then(() => process.exit(0)));
