export { createRecovery } from "./createRecovery.ts";
export { QUARANTINE_CHANNEL, type Quarantine, watchQuarantine } from "./quarantine.ts";
