// State sees the pack through this room only.
export {
  type DocumentKind,
  type ExemptedPlace,
  type Exemption,
  environmentOf,
  expiryWarning,
  hideSecrets,
  type JudgedDocument,
  type JudgedResource,
  type Judgement,
  type KnownResource,
  type PackConfig,
  readDocument,
  readFailures,
  readProperties,
  type SettingsFile,
  type Step,
  stackAssumptions,
  type TeardownFacts,
  type Verdict,
} from "../../policies/index.ts";
export {
  type AdmissionFacts,
  admit,
  type Door,
  doorOf,
  type UpdateKind,
} from "./admission.ts";
export { type Bundles, createBundles } from "./bundles.ts";
export { type CataloguedPolicy, policyCatalogue } from "./catalogue.ts";
export { judgeForgetting } from "./forgetting.ts";
export {
  createExempting,
  createGate,
  type Exempting,
  type ExemptionsOf,
  type Gate,
  type OwnPacks,
} from "./gate.ts";
export { createGates } from "./gates.ts";
export { createDocumentJudge, type JudgeDocument, judgementTypes } from "./judgeDocuments.ts";
export type { KnownChange, KnownLog } from "./knownLog.ts";
export { neverBegun } from "./neverBegun.ts";
export { openSettings } from "./openSettings.ts";
export { packRefusal } from "./packRefusal.ts";
export { judgePlacement, type Placement } from "./placement.ts";
export { isMandatory, policyDenied } from "./refusal.ts";
export type { IndexedRule, RuleIndex } from "./ruleIndex.ts";
export type { StepContext } from "./stepContext.ts";
