export type ToolchainErrorCode =
  | "engine-unavailable"
  | "engine-unusable"
  | "command-failed"
  | "command-missing"
  | "command-timeout"
  | "download-failed"
  | "download-stalled"
  | "checksum-mismatch"
  | "platform-unsupported"
  | "lock-timeout";

/** The one error of the toolchain; recognised by `code`. `facts` holds what a log line or a person may need besides the message. */
export class ToolchainError extends Error {
  readonly code: ToolchainErrorCode;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    code: ToolchainErrorCode,
    message: string,
    details: { cause?: unknown; facts?: Record<string, unknown> } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "ToolchainError";
    this.code = code;
    this.facts = details.facts ?? {};
  }
}
