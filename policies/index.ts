import { createJudge } from "./judge.ts";
import { pack } from "./pack.ts";

export { type Bundle, type BundleContent, bundleConfig, type PackConfig, sealBundle } from "./bundle.ts";
export { stackAssumptions } from "./cost/stackAssumptions.ts";
export {
  type DocumentFault,
  type DocumentKind,
  type JudgedDocument,
  readDocument,
} from "./documents/readDocument.ts";
export { readFailures } from "./documents/readFailures.ts";
export { environmentOf } from "./environmentOf.ts";
export { applyExemptions, type ExemptedPlace, type Exemption, expiryWarning } from "./exemption.ts";
export { type Control, listControls } from "./frameworks.ts";
export { hideSecrets } from "./hideSecrets.ts";
export { createJudge, distinct, type Judge, type Pack } from "./judge.ts";
export type {
  Environment,
  JudgeContext,
  JudgedResource,
  KnownResource,
  Level,
  Properties,
  Severity,
  Step,
  TeardownFacts,
  Verdict,
} from "./judgedResource.ts";
export { judgeProgram } from "./judgeProgram.ts";
export { packDigest } from "./packDigest.ts";
export { parseJson } from "./parseJson.ts";
export { readPolicyConfig } from "./policyConfig.ts";
export { noSettings, type PolicySettings, readPolicySettings } from "./policySettings.ts";
export { readBundle } from "./readBundle.ts";
export { type EngineProperties, readProperties } from "./readProperties.ts";
export { type Judgement, summarize } from "./reports/judgement.ts";
export { judgementForms } from "./reports/judgementForms.ts";
export { type Rule, remedyOf } from "./rule.ts";
export { rulesAskedOf } from "./rulesAskedOf.ts";
export { readSettingsFile, type SettingsFile } from "./settingsFile.ts";
export { createStackIndex, type StackIndex, type StackView } from "./stackView.ts";
export { UNKNOWN } from "./unknown.ts";
export { pack };

export const { judgeResource, judgeDeletion, judgeStack } = createJudge(pack);
