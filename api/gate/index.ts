// State sees the pack through this room only.
export { environmentOf, readProperties } from "../../policies/index.ts";
export {
  type AdmissionFacts,
  admit,
  type Door,
  doorOf,
  doors,
  type Placement,
  type Refusal,
  type UpdateKind,
  updateKinds,
} from "./admission.ts";
export { type CataloguedPolicy, policyCatalogue } from "./catalogue.ts";
export {
  createGate,
  type Environment,
  type Gate,
  type GateOptions,
  type JudgedResource,
  type KnownResource,
  type Step,
  type StepContext,
  type Verdict,
} from "./gate.ts";
export { isMandatory, policyDenied } from "./refusal.ts";
