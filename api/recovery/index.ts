export { createRecovery } from "./createRecovery.ts";
export { QUARANTINE_CHANNEL, watchQuarantine } from "./quarantine.ts";
