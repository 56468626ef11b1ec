/** SQLSTATEs of a server that goes, starts or is full (class 08 besides); and what the operating system says of a socket. */
const awayCodes: ReadonlySet<unknown> = new Set([
  "57P01",
  "57P02",
  "57P03",
  "57P05",
  "53300",
  "25P03",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** A server that was demoted in a failover answers, and takes no writes: the address will lead to the other one in a moment. */
const DEMOTED = "25006";

/** The driver and its pool have no code for a connection that ends under them or does not come, so their words must do. */
const awayWords =
  /^(Connection terminated|Client has encountered a connection error|Connection ended unexpectedly|timeout exceeded when trying to connect|timeout expired)/;

/** Whether an error says that the database cannot be reached now, and may be in a moment; the statement may have been done. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown }; // the driver's and Node's own errors carry one
  if (awayCodes.has(code) || code === DEMOTED || (typeof code === "string" && /^08[0-9A-Z]{3}$/.test(code)))
    return true;
  return awayWords.test(error.message);
}
