import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient } from "./apiClient.ts";
import { CliError } from "./cliError.ts";
import { type ServerSentEvent, serverSentEvents } from "./serverSentEvents.ts";

/** How often a stream is asked for again with nothing new in between, and how long before each time. */
const RETRIES = 10;
const RETRY_AFTER_MS = 1_000;

/**
 * The events of an operation or a rollout, from the first to `end`. A connection that breaks is opened again after the last
 * event seen, so that none comes twice and none is lost while the service restarts.
 *
 * @throws CliError as `ApiClient.open`; what breaks later only when it stays broken.
 */
export async function* followEvents(
  client: ApiClient,
  path: string,
  options: { readonly retryAfterMs?: number } = {},
): AsyncGenerator<ServerSentEvent> {
  let last: string | undefined;
  let response: Response | undefined = await open(client, path, last);
  for (let failures = 0; failures <= RETRIES; failures += 1) {
    try {
      response ??= await open(client, path, last);
      if (response.status === 204 || response.body === null) return;
      for await (const event of serverSentEvents(response.body)) {
        failures = 0;
        last = event.id ?? last;
        yield event;
        if (event.event === "end") return;
      }
    } catch (error) {
      // A service that restarts answers 5xx for a moment; what it refuses, it will refuse again.
      if (error instanceof CliError && error.status !== undefined && error.status < 500) throw error;
    }
    response = undefined;
    await delay(options.retryAfterMs ?? RETRY_AFTER_MS);
  }
  throw new CliError("unreachable", `the events of ${path} broke off and did not come back`);
}

function open(client: ApiClient, path: string, last: string | undefined): Promise<Response> {
  const resume = last === undefined ? {} : { "last-event-id": last };
  return client.open(path, { headers: { accept: "text/event-stream", ...resume } });
}
