export type { Engine } from "./engine/engine.ts";
export { engineEnvironment } from "./engine/engineEnvironment.ts";
export { printProgress } from "./engine/engineProgress.ts";
export { ensureEngine } from "./engine/ensureEngine.ts";
export { freePort } from "./freePort.ts";
