export type { EngineEvent } from "./engineEvent.ts";
export type { Keyring } from "./sealing.ts";
export type { StackRecord } from "./stackRecord.ts";
export { createStateBackend, type StateBackend, type StateBackendDeps } from "./stateBackend.ts";
export type { OperationUpdate, StepRecord, UpdateEnd, UpdateListener } from "./updateListener.ts";
