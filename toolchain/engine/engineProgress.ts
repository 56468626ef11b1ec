/** One thing a person waiting for the engine wants to read. */
export interface EngineProgress {
  readonly phase: "wait" | "copy" | "download" | "build" | "install";
  readonly message: string;
  /** Since `ensureEngine` was called. */
  readonly elapsedMs: number;
}

export type ReportProgress = (progress: EngineProgress) => void;

/** A `progress` for `ensureEngine` that writes one line a report, such as `engine [build 40 s] 312 packages compiled`. */
export function printProgress(stream: { write(text: string): unknown }): ReportProgress {
  return ({ phase, message, elapsedMs }) => {
    stream.write(`engine [${phase} ${Math.round(elapsedMs / 1000)} s] ${message}\n`);
  };
}
