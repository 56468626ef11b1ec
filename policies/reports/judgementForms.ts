import { pack } from "../pack.ts";
import type { Judgement } from "./judgement.ts";
import { toJunit } from "./toJunit.ts";
import { toSarif } from "./toSarif.ts";
import { toText } from "./toText.ts";

/** The forms in which a judgement is told. */
export const judgementForms = {
  text: toText,
  json: (judgement: Judgement): string => `${JSON.stringify(judgement, undefined, 2)}\n`,
  sarif: (judgement: Judgement): string =>
    `${JSON.stringify(toSarif(judgement, pack.rules, pack.version), undefined, 2)}\n`,
  junit: toJunit,
} as const;
