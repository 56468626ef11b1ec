import { createJudge } from "./judge.ts";
import { pack } from "./pack.ts";

export { type Bundle, type BundleContent, bundleConfig, sealBundle } from "./bundle.ts";
export {
  type DocumentFault,
  type DocumentKind,
  type JudgedDocument,
  readDocument,
} from "./documents/readDocument.ts";
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
export { packDigest } from "./packDigest.ts";
export { noSettings, type PolicySettings, readPolicySettings } from "./policySettings.ts";
export { type EngineProperties, readProperties } from "./readProperties.ts";
export { type Judgement, summarize } from "./reports/judgement.ts";
export { toJunit } from "./reports/toJunit.ts";
export { toSarif } from "./reports/toSarif.ts";
export { toText } from "./reports/toText.ts";
export type { Rule } from "./rule.ts";
export { readSettingsFile, type SettingsFile } from "./settingsFile.ts";
export { UNKNOWN } from "./unknown.ts";
export { pack };

export const { judgeResource, judgeDeletion, judgeStack } = createJudge(pack);
