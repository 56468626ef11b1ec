export type CliErrorCode =
  | "problem"
  | "unreachable"
  | "bad-answer"
  | "bad-option"
  | "bad-blueprint"
  | "bad-pack"
  | "no-sandbox"
  | "bad-escrow"
  | "pulumi-failed"
  | "command-not-found"
  | "no-engine"
  | "interrupted"
  | "stale-bundle"
  | "source"
  | "destination";

/** The one error of the command line, recognised by `code`; its message is shown as it is. */
export class CliError extends Error {
  readonly code: CliErrorCode;
  readonly exitCode: number;
  /** The HTTP status that a `problem` came with. */
  readonly status: number | undefined;

  constructor(
    code: CliErrorCode,
    message: string,
    details: { cause?: unknown; exitCode?: number; status?: number } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "CliError";
    this.code = code;
    this.exitCode = details.exitCode ?? 1;
    this.status = details.status;
  }
}
