import type { AcquireContext } from "./acquireContext.ts";
import type { ReportProgress } from "./engineProgress.ts";

const INTERVAL_MS = 5_000;

/** Adds the elapsed time, counted from now, and thins out what comes too often to read. */
export function progressReporter(
  progress: ReportProgress = () => {},
): Pick<AcquireContext, "report" | "reportSometimes"> {
  const startedAt = performance.now();
  let lastAt = startedAt;
  const report: AcquireContext["report"] = (phase, message) => {
    lastAt = performance.now();
    progress({ phase, message, elapsedMs: lastAt - startedAt });
  };
  const reportSometimes: AcquireContext["report"] = (phase, message) => {
    if (performance.now() - lastAt >= INTERVAL_MS) report(phase, message);
  };
  return { report, reportSometimes };
}
