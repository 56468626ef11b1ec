import { type Fault, isProblem, Problem, type ProblemDocument, toProblemDocument } from "../base/problem.ts";
import type { OperationEnd } from "./operation.ts";

/** The end that mandatory verdicts lead to; undefined when there is none among them. */
export function denialOf(verdicts: readonly unknown[]): OperationEnd | undefined {
  const policies = [...new Set(verdicts.filter(isDenial).map(({ policy }) => policy))];
  if (policies.length === 0) return undefined;
  const error = problem("policy-denied", `Forbidden by ${policies.join(", ")}. The verdicts say what to change.`);
  return { status: "policy-denied", error };
}

/** Before an engine was started: the same answer as to inputs that the service itself could check. */
export function refusedInputs(blueprint: string, problems: readonly Fault[]): OperationEnd {
  const errors = problems.map(({ pointer, detail }) => ({ pointer: `/inputs${pointer}`, detail }));
  const list = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("; ");
  const refusal = new Problem("inputs-refused", `${blueprint} refuses its inputs: ${list}`, { errors });
  return { status: "failed", error: toProblemDocument(refusal) };
}

export function problem(code: Problem["code"], detail: string, facts: Record<string, unknown> = {}): ProblemDocument {
  return toProblemDocument(new Problem(code, detail, { facts }));
}

/** Why work ends whose steps threw: a refusal keeps its name, and all else is the service's own failure. */
export function failureOf(error: unknown): ProblemDocument {
  return isProblem(error)
    ? toProblemDocument(error)
    : problem("internal", error instanceof Error ? error.message : String(error));
}

/** What the gate itself says (a pack that gives no judgement) refuses as a rule does. */
function isDenial(verdict: unknown): verdict is { policy: string } {
  const { level, outcome, policy } = verdict as Partial<Record<"level" | "outcome" | "policy", string>>; // written by the gate and the listener only
  return level === "mandatory" && (outcome === "fail" || policy?.startsWith("gate-") === true);
}
