import type { Logger } from "pino";
import { readLines } from "./readLines.ts";
import { type AttachRequest, type JobReport, type ReportRequest, type ToHost, toHost } from "./wire.ts";

export interface ControlOptions {
  /** Where the control process answers, without a trailing slash. */
  readonly url: string;
  readonly token: string;
  readonly host: string;
  readonly capacity: number;
  /** The jobs to name at every dial. */
  readonly running: () => readonly string[];
  readonly onMessage: (message: ToHost) => void;
  readonly logger: Logger;
}

export interface ControlConnection {
  /** Says that no more jobs are wanted; the connection stays. Resolves when it was heard, or after a few seconds. */
  leave(): Promise<void>;
  /** Delivers a report, through outages of up to ten minutes. */
  report(job: string, report: JobReport): Promise<void>;
  /** The archive of an artefact, through outages of a minute. Rejects when the control process does not give it. */
  artefact(digest: string): Promise<Buffer>;
  close(): void;
}

/** Before the first ping has said how often they come, in milliseconds. */
const FIRST_SILENCE_MS = 15_000;
const MISSED_PINGS = 3;
const LONGEST_PAUSE_MS = 5_000;
const REPORT_MS = 10 * 60_000;
const REQUEST_MS = 10_000;
const ARCHIVE_MS = 60_000;

/** Keeps one connection to the control process, and dials again whenever it is lost or silent. */
export function connectToControl(options: ControlOptions): ControlConnection {
  const { logger } = options;
  const closing = new AbortController();
  let leaving = false;

  const post = (path: string, body: unknown, signal: AbortSignal): Promise<Response> =>
    fetch(`${options.url}/runner/v1/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${options.token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });

  const sayAlive = async (): Promise<void> => {
    const path = `hosts/${encodeURIComponent(options.host)}/alive`;
    const response = await post(path, { leaving }, AbortSignal.any([closing.signal, AbortSignal.timeout(REQUEST_MS)]));
    await response.body?.cancel();
  };

  /** One connection, from dialling to its end; true when the control process took us. */
  const attach = async (): Promise<boolean> => {
    const silent = new AbortController();
    let allowedMs = FIRST_SILENCE_MS;
    const giveUp = (): void =>
      silent.abort(new Error(`Nothing was heard from the control process for ${allowedMs} ms.`));
    let watchdog = setTimeout(giveUp, allowedMs);
    try {
      const request: AttachRequest = {
        host: options.host,
        capacity: options.capacity,
        running: [...options.running()],
      };
      const response = await post("attach", request, AbortSignal.any([silent.signal, closing.signal]));
      if (!response.ok || response.body === null) {
        logger.warn({ status: response.status }, "the control process did not take this runner host");
        await response.body?.cancel();
        return false;
      }
      logger.info({ host: options.host }, "attached to the control process");
      for await (const line of readLines(response.body)) {
        const message = toHost.parse(JSON.parse(line));
        if (message.type === "ping") {
          allowedMs = MISSED_PINGS * message.everyMs;
          sayAlive().catch(() => undefined); // the silence is noticed at the other end, or here by the next dial
        } else options.onMessage(message);
        clearTimeout(watchdog);
        watchdog = setTimeout(giveUp, allowedMs);
      }
      return true;
    } finally {
      clearTimeout(watchdog);
      silent.abort();
    }
  };

  const keepAttached = async (): Promise<void> => {
    let failures = 0;
    while (!closing.signal.aborted) {
      const attached = await attach().catch((error: unknown) => {
        if (!closing.signal.aborted) logger.warn({ err: error }, "the connection to the control process was lost");
        return false;
      });
      failures = attached ? 0 : failures + 1;
      await pause(failures, closing.signal);
    }
  };
  void keepAttached();

  return {
    async leave() {
      leaving = true;
      await sayAlive().catch(() => undefined); // an absent control process gives us no jobs either
    },
    async report(job, report) {
      const deadline = performance.now() + REPORT_MS;
      const body: ReportRequest = { host: options.host, report };
      for (let failures = 0; performance.now() < deadline && !closing.signal.aborted; failures += 1) {
        const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(REQUEST_MS)]);
        const status = await post(`jobs/${encodeURIComponent(job)}/report`, body, signal).then(
          async (response) => {
            await response.body?.cancel();
            return response.status;
          },
          () => undefined,
        );
        if (isAnswer(status)) {
          if (status >= 400) logger.warn({ job, status }, "the control process did not want the report of a job");
          return;
        }
        await pause(failures + 1, closing.signal);
      }
      logger.error({ job }, "the report of a job could not be delivered");
    },
    async artefact(digest) {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(ARCHIVE_MS)]);
      const url = `${options.url}/runner/v1/artefacts/${encodeURIComponent(digest)}`;
      const headers = { authorization: `Bearer ${options.token}` };
      for (let failures = 0; ; failures += 1) {
        const { status, archive } = await readArchive(url, { headers, signal });
        if (archive !== undefined) return archive;
        // After an outage the control process may have to learn anew which jobs we hold.
        if (isAnswer(status) && failures === 0) throw noArchive(digest, status);
        if (signal.aborted)
          throw new Error(`The archive of ${digest} did not come in time. Ask for the operation again.`);
        await pause(failures + 1, signal);
      }
    },
    close: () => closing.abort(),
  };
}

async function readArchive(
  url: string,
  init: RequestInit,
): Promise<{ readonly status?: number; readonly archive?: Buffer }> {
  try {
    const response = await fetch(url, init);
    if (response.ok) return { archive: Buffer.from(await response.arrayBuffer()) };
    await response.body?.cancel();
    return { status: response.status };
  } catch {
    return {}; // an outage, which the caller outwaits
  }
}

function noArchive(digest: string, status: number): Error {
  return new Error(
    `The service has no archive of ${digest} (${status}): it was made before archives were kept. ` +
      'Move the stack set to the present one: PATCH it with {"blueprintDigest": "latest"}.',
  );
}

/** Whether asking again would change nothing. */
function isAnswer(status: number | undefined): status is number {
  return status !== undefined && status < 500 && status !== 429 && status !== 408;
}

/** 100 ms after the first failure, twice as long after each further one. */
function pause(failures: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, Math.min(50 * 2 ** failures, LONGEST_PAUSE_MS));
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
