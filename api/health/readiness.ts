/**
 * What the service needs to do its work, by name; a check throws, with the reason, when it is not there. One that answers a
 * text has something to tell to who watches, and is well.
 */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

export interface Readiness {
  readonly status: "ready" | "not-ready";
  readonly checks: Readonly<
    Record<string, { readonly status: "ok" | "failed"; readonly reason?: string; readonly detail?: string }>
  >;
}

/** A check that has not answered by then has failed; in milliseconds. */
const CHECK_PATIENCE_MS = 2_000;

/**
 * Runs all checks side by side.
 *
 * @param besides what is shown with them and does not make the service unready: it would be no better off without traffic
 */
export async function checkReadiness(
  checks: ReadinessChecks,
  patienceMs = CHECK_PATIENCE_MS,
  besides: ReadinessChecks = {},
): Promise<Readiness> {
  const outcomes = (of: ReadinessChecks) =>
    Promise.all(Object.entries(of).map(async ([name, check]) => [name, await outcomeOf(check, patienceMs)] as const));
  const [needed, shown] = await Promise.all([outcomes(checks), outcomes(besides)]);
  const failed = needed.some(([, { status }]) => status === "failed");
  return { status: failed ? "not-ready" : "ready", checks: Object.fromEntries([...needed, ...shown]) };
}

async function outcomeOf(check: () => Promise<unknown>, patienceMs: number): Promise<Readiness["checks"][string]> {
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${patienceMs} ms`)), patienceMs);
  try {
    const told = await Promise.race([check(), silence]);
    return { status: "ok", ...(typeof told === "string" && { detail: told }) };
  } catch (error) {
    return { status: "failed", reason: error instanceof Error ? error.message : "failed without a reason" };
  } finally {
    clearTimeout(timer);
  }
}
