import type { z } from "zod";
import type { ApiClient } from "./apiClient.ts";
import { describeEvent } from "./describeEvent.ts";
import { followEvents } from "./followEvents.ts";
import { plain } from "./print.ts";
import type { Outcome, World } from "./world.ts";

export interface WatchOptions<T extends z.ZodType> {
  /** Of the operation or rollout, such as `/v1/operations/op_…`. */
  readonly path: string;
  readonly schema: T;
  readonly json: boolean | undefined;
  /** Says how it ended, for a person. */
  readonly print: (thing: z.output<T>) => void;
}

/** Prints what happens until the end, one event a line. The exit code is 0 only when it succeeded. */
export async function watch<T extends z.ZodType<{ status: string }>>(
  client: ApiClient,
  io: { readonly world: World; readonly outcome: Outcome },
  options: WatchOptions<T>,
): Promise<void> {
  for await (const event of followEvents(client, `${options.path}/events`)) {
    const { id, event: type, data } = event;
    io.world.out(
      options.json === true
        ? `${JSON.stringify({ id, type, data: JSON.parse(data) })}\n`
        : `${plain(describeEvent(event))}\n`,
    );
  }
  const { body } = await client.ask(options.path, options.schema);
  if (options.json !== true) options.print(body);
  if (body.status !== "succeeded") io.outcome.exitCode = 1;
}
