import { Problem, type ProblemDocument, toProblemDocument } from "../base/problem.ts";
import type { OperationEnd } from "./operation.ts";

/** The end that mandatory verdicts lead to; undefined when there is none among them. */
export function denialOf(verdicts: readonly unknown[]): OperationEnd | undefined {
  const policies = [...new Set(verdicts.filter(isDenial).map(({ policy }) => policy))];
  if (policies.length === 0) return undefined;
  const error = problem("policy-denied", `Forbidden by ${policies.join(", ")}. The verdicts say what to change.`);
  return { status: "policy-denied", error };
}

export function problem(code: Problem["code"], detail: string, facts: Record<string, unknown> = {}): ProblemDocument {
  return toProblemDocument(new Problem(code, detail, { facts }));
}

function isDenial(verdict: unknown): verdict is { policy: string } {
  const { level, outcome } = verdict as { level?: unknown; outcome?: unknown }; // written by the gate and the listener only
  return level === "mandatory" && outcome === "fail";
}
