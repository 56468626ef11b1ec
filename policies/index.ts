import { createJudge } from "./judge.ts";
import { pack } from "./pack.ts";

export { environmentOf } from "./environmentOf.ts";
export type { Judge, Pack } from "./judge.ts";
export type {
  Environment,
  JudgeContext,
  JudgedResource,
  KnownResource,
  Level,
  Properties,
  Severity,
  Step,
  Verdict,
} from "./judgedResource.ts";
export { type EngineProperties, readProperties } from "./readProperties.ts";
export type { Rule } from "./rule.ts";
export { UNKNOWN } from "./unknown.ts";
export { pack };

export const { judgeResource, judgeDeletion, judgeStack } = createJudge(pack);
