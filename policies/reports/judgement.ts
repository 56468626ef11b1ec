import type { JudgeContext, Verdict } from "../judgedResource.ts";

/** What was said of a whole program, state or preview. */
export interface Judgement {
  /** Whether nothing is refused. */
  readonly passed: boolean;
  readonly project: string;
  readonly stack: string;
  readonly environment: JudgeContext["environment"];
  /** Digest of the bundle that it was judged by. */
  readonly digest: string;
  readonly summary: Summary;
  readonly verdicts: readonly Verdict[];
  /** Names of the rules that were asked. */
  readonly rulesAsked: readonly string[];
}

export interface Summary {
  readonly resources: number;
  readonly rulesAsked: number;
  /** Verdicts of the level mandatory, whatever their outcome. */
  readonly refusals: number;
  /** Failures of advisory rules. */
  readonly advice: number;
  /** What is not known yet, and refuses nothing. */
  readonly unknown: number;
  readonly exempted: number;
}

type Judged = Omit<Judgement, "passed" | "summary"> & { readonly resources: number };

/** Counts the verdicts, and says whether they let the whole pass. */
export function summarize({ resources, ...judged }: Judged): Judgement {
  const count = (is: (verdict: Verdict) => boolean): number => judged.verdicts.filter(is).length;
  const refusals = count(({ level }) => level === "mandatory");
  const advises = (outcome: Verdict["outcome"]) => count((of) => of.level === "advisory" && of.outcome === outcome);
  return {
    ...judged,
    passed: refusals === 0,
    summary: {
      resources,
      rulesAsked: judged.rulesAsked.length,
      refusals,
      advice: advises("fail"),
      unknown: advises("unknown"),
      exempted: advises("exempted"),
    },
  };
}
