/** What a command sees of the outside; tests pass their own. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly fetch: typeof fetch;
  /** Standard output: what was asked for. */
  readonly out: (text: string) => void;
  /** The same for what is no text; `done` is called when there is room for more. */
  readonly outBytes: (bytes: Buffer, done: (error?: Error | null) => void) => void;
  /** Standard error: how it goes, and what went wrong. */
  readonly err: (text: string) => void;
}

/** A command's way to end with an exit code other than 0 without an error message. */
export interface Outcome {
  exitCode: number;
}
