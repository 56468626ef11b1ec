import pino, { type Logger } from "pino";

export type { Logger } from "pino";

/** Members that may hold a secret wherever they stand; a test sends each of them through the logger. */
export const redactedMembers = [
  "authorization",
  "cookie",
  "key",
  "token",
  "password",
  "secret",
  "plaintext",
  "masterKey",
  "adminKey",
  "accessToken",
  "leaseToken",
  "databaseUrl",
] as const;

const paths = redactedMembers.flatMap((member) => [member, `*.${member}`, `*.*.${member}`, `*.headers.${member}`]);

export interface LoggerOptions {
  readonly level: string;
  /** Where the lines go; standard error by default, so that standard output stays free for what a person reads. */
  readonly destination?: pino.DestinationStream;
}

/** JSON lines, one for each change of state; never the value of a member that may be a secret. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      redact: { paths, censor: "[redacted]" },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    options.destination ?? pino.destination({ dest: 2, sync: false }),
  );
}
