import { fileURLToPath } from "node:url";
import { createLogger } from "../../api/base/logger.ts";
import { readSettings } from "../../api/base/settings.ts";
import { startService } from "../../api/wiring.ts";
import { BLUEPRINT_DIGEST, measuredBlueprint } from "../program/blueprint.ts";
import type { FromControl, ToControl } from "./controlMessages.ts";
import { type SwitchableGate, switchableGate } from "./switchableGate.ts";

/**
 * Process entry of the measured control process: the service as `npm start` runs it, but for the program that it builds and
 * for the switch at its gate. Its settings come from the environment; it ends when its parent closes the channel.
 */
const settings = readSettings(process.env);
let gate: SwitchableGate | undefined;
const service = await startService({
  settings,
  logger: createLogger({ level: settings.logLevel }),
  say: () => undefined,
  aroundGate(theirs) {
    gate = switchableGate(theirs);
    return gate;
  },
  programs: {
    blueprints: [measuredBlueprint],
    digestOf: () => BLUEPRINT_DIGEST,
    library: fileURLToPath(new URL("../program/library.ts", import.meta.url)),
  },
});

process.on("message", (message: ToControl) => {
  if (message.type === "gate") gate?.turn(message.on);
  tell({ type: "spent", ...(gate?.takeSpent() ?? { ms: 0, steps: 0 }) });
});
process.on("SIGINT", () => undefined); // Ctrl-C is for the benchmark to pass on
process.once("disconnect", () => void service.stop().then(() => process.exit()));
tell({ type: "ready" });

function tell(message: FromControl): void {
  if (process.connected) process.send?.(message);
}
