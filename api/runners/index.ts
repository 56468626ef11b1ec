export { type BuiltinHost, type BuiltinHostOptions, startBuiltinHost } from "./builtinHost.ts";
export { fixedHostTokens } from "./hostTokens.ts";
export { createRunnerHub, type RunnerHub } from "./runnerHub.ts";
