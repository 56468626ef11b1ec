import type { PlannedStep } from "./rollout.ts";

/**
 * The order in which regions are begun: of those that go, first those that will be refused as things stand. Such an operation ends
 * with its verdicts before anything dies, and the rollout with it; in the order of the plan the regions before it would be gone by then.
 */
export async function refusedFirst(
  plan: readonly PlannedStep[],
  isRefused: (step: PlannedStep) => Promise<boolean>,
): Promise<readonly PlannedStep[]> {
  const leaving = plan.filter(({ kind }) => kind === "destroy");
  if (leaving.length < 2) return plan;
  const refused = new Set<PlannedStep>();
  for (const step of leaving) if (await isRefused(step)) refused.add(step); // one at a time: each reads a whole state
  return [
    ...plan.filter(({ kind }) => kind !== "destroy"),
    ...leaving.filter((step) => refused.has(step)),
    ...leaving.filter((step) => !refused.has(step)),
  ];
}
