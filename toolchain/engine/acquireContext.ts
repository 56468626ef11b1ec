import type { EngineProgress } from "./engineProgress.ts";
import type { RunCommand } from "./runCommand.ts";

/** What every way of getting an engine works with; the outside world comes in through it. */
export interface AcquireContext {
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunCommand;
  readonly fetch: typeof fetch;
  readonly platform: { readonly system: string; readonly processor: string };
  readonly signal: AbortSignal | undefined;
  readonly report: (phase: EngineProgress["phase"], message: string) => void;
  /** Like `report`, for what would come many times a second: passes on one in some seconds. */
  readonly reportSometimes: (phase: EngineProgress["phase"], message: string) => void;
}
