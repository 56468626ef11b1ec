import { type JudgeContext, judgeStack, type KnownResource, type Properties } from "../../../policies/index.ts";
import { urnOf } from "./ruleFixture.ts";

/** A resource of a stack, as a state has it. */
export const known = (
  type: string,
  name: string,
  inputs: Properties,
  rest: Partial<KnownResource> = {},
): KnownResource => ({
  urn: urnOf(type, name),
  id: `${name}-id`,
  type,
  name,
  inputs,
  ...rest,
});

/** What one rule says of a whole stack: of which resource, and what; a value not known yet as its outcome. */
export const judgeWhole = (
  policy: string,
  resources: readonly KnownResource[],
  over: Partial<JudgeContext> = {},
): readonly string[] =>
  judgeStack(resources, { environment: "production", project: "game", stack: "dev", phase: "preview", ...over })
    .filter((verdict) => verdict.policy === policy)
    .map(({ urn, outcome, message }) => `${urn.split("::").at(-1)}: ${outcome === "fail" ? message : outcome}`);
