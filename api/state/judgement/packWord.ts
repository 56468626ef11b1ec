import { packRefusal, type Verdict } from "../../gate/index.ts";
import type { EngineEvent } from "../updates/engineEvent.ts";
import type { DecidedStep } from "./decisionLedger.ts";

/**
 * Puts beside what the gate says of a preview what the pack refused in it. A pack is shown secrets in clear, of which resource each
 * unknown value is, and what stays as it was; the engine's events hide the first two, and the gate judges what changes. Without it
 * a preview that the pack refused could have no verdict that says why. Of an operation only: its engine and pack are ours, a
 * client's may say what it likes.
 */
export function withPackWord(decided: readonly DecidedStep[], events: readonly EngineEvent[]): readonly DecidedStep[] {
  const refusals = events.flatMap(refusalIn);
  if (refusals.length === 0) return decided;
  const judged = decided.map((step) => {
    const heard = refusals.filter((refusal) => isOf(refusal, step)).map(({ verdict }) => verdict);
    const own = step.verdicts.filter((verdict) => verdict.outcome !== "unknown" || !heard.some(isSameAs(verdict)));
    const added = heard.filter((verdict) => !own.some(isSameAs(verdict)));
    return added.length === 0 ? step : { ...step, verdicts: [...own, ...added] };
  });
  // What stays as it was counts as an update, as it does for who judges a document.
  const unchanged = refusals
    .filter((refusal) => !decided.some((step) => isOf(refusal, step)))
    .map(
      ({ verdict }): DecidedStep => ({
        ...{ urn: verdict.urn, type: verdict.resourceType, step: "update", verdicts: [verdict] },
      }),
    );
  return [...judged, ...unchanged];
}

type Refusal = NonNullable<ReturnType<typeof packRefusal>>;

/** What is unknown or exempted is no more than advice. */
function refusalIn({ policyEvent: said }: EngineEvent): readonly Refusal[] {
  if (said?.enforcementLevel !== "mandatory") return [];
  const { policyName: policy, policyPackName: pack, resourceUrn: urn = "", message } = said;
  const resourceType = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const refusal = packRefusal({ policy, pack, urn, resourceType, message });
  return refusal === undefined ? [] : [refusal];
}

const isOf = ({ verdict, whole }: Refusal, { urn, step }: DecidedStep): boolean =>
  whole ? step === "whole" : step !== "whole" && urn === verdict.urn;

const isSameAs =
  ({ policy, urn }: Verdict) =>
  (other: Verdict): boolean =>
    other.policy === policy && other.urn === urn;
