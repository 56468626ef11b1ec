import type { Verdict } from "../gate/index.ts";

/** What was judged, as far as findings follow from it. */
export interface Judged {
  readonly phase: string;
  readonly steps: readonly JudgedStep[];
}

interface JudgedStep {
  readonly urn: string;
  readonly step: string;
  readonly verdicts: readonly Verdict[];
  readonly refused?: true;
  readonly late?: true;
}

/** What a judgement may open, and what it closes. */
export interface FindingChanges {
  /** Failures of what stands: at once where it was judged late, else where the preview had not known. */
  readonly failures: readonly { readonly verdict: Verdict; readonly late: boolean }[];
  /** Resources that were judged for themselves: whatever is not in `objections` passed, or is not asked any more. */
  readonly urns: readonly string[];
  /** Whether all of the stack was judged together. */
  readonly whole: boolean;
  /** Verdicts that keep a finding open. */
  readonly objections: readonly Verdict[];
}

const judgedForItself: readonly string[] = ["create", "update", "replace", "import"];

/** Only what came true tells: neither a preview nor a step that was refused. Undefined where nothing follows. */
export function findingChanges({ phase, steps }: Judged): FindingChanges | undefined {
  if (phase === "preview") return undefined;
  const done = steps.filter(({ refused }) => refused !== true);
  const urns = done.filter(({ step }) => judgedForItself.includes(step)).map(({ urn }) => urn);
  const whole = done.some(({ step }) => step === "whole");
  if (urns.length === 0 && !whole) return undefined;
  const failures = done.flatMap(({ verdicts, late }) =>
    verdicts.filter(({ outcome }) => outcome === "fail").map((verdict) => ({ verdict, late: late === true })),
  );
  return {
    failures: phase === "up" ? failures : [],
    urns: [...new Set(urns)],
    whole,
    objections: done.flatMap(({ verdicts }) => verdicts),
  };
}
