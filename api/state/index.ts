export type { StateAudit, StateAuditEntry } from "./audit.ts";
export type { StateCopies, StateCopy } from "./deployments/stateCopies.ts";
export type { Resealing } from "./secrets/resealing.ts";
export type { Keyring } from "./secrets/sealing.ts";
export type { Payer, Spending, StackPrice } from "./spending.ts";
export { type StackRecord, stepContextOf } from "./stacks/stackRecord.ts";
export { createStateBackend, type StateBackend, type StateBackendDeps } from "./stateBackend.ts";
export type { EngineEvent } from "./updates/engineEvent.ts";
export type { OperationUpdate, StepRecord, UpdateEnd, UpdateListener } from "./updates/updateListener.ts";
