import { z } from "zod";
import { serverSentEvents } from "../../cli/serverSentEvents.ts";
import { BLUEPRINT } from "../program/blueprint.ts";
import type { MeasuredInputs } from "../program/measuredInputs.ts";

export interface RestClient {
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Each is over when its result can be read: after the request, the rollout's events to their end, and the look at the result. */
  create(name: string, inputs: MeasuredInputs): Promise<{ readonly resources: number }>;
  change(name: string, inputs: MeasuredInputs): Promise<void>;
  destroy(name: string): Promise<void>;
  /** A preview of a stack that stands. */
  preview(name: string): Promise<void>;
  /** Milliseconds that the last operation of a stack was running: its engine, and handing it over; without the request's way there. */
  lastOperationMs(name: string): Promise<number>;
  /** The outputs of a stack that stands. */
  outputs(name: string): Promise<void>;
}

/** A stack of the measured service is in one region; more would measure how a rollout waits. */
export const REGION = "eu-west-1";

const started = z.object({ id: z.string() });
const work = z.object({ status: z.string(), error: z.object({ detail: z.string() }).partial().optional() });
const ended = z.object({
  items: z.tuple([z.object({ startedAt: z.iso.datetime(), finishedAt: z.iso.datetime() })]),
});
const standing = z.object({
  status: z.literal("ready"),
  resourceCount: z.int(),
  outputs: z.object({ generation: z.int() }),
});

export interface RestClientOptions {
  readonly url: string;
  readonly key: string;
  readonly target: string;
}

/**
 * A client of the measured service as a game team has one: it asks, follows the events, reads the result.
 *
 * @throws Error from each when an answer is not what it should be: a failed run must not count as a fast one.
 */
export function createRestClient({ url, key, target }: RestClientOptions): RestClient {
  const call: RestClient["call"] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
  };

  const follow = async (path: string): Promise<void> => {
    const response = await call("GET", `${path}/events`);
    if (response.body === null) throw new Error(`${path} has no events`);
    for await (const { event } of serverSentEvents(response.body)) if (event === "end") break;
    const { status, error } = work.parse(await (await call("GET", path)).json());
    if (status !== "succeeded") throw new Error(`${path} ended ${status}: ${error?.detail ?? "no reason given"}`);
  };

  const followRollout = async (response: Response): Promise<void> =>
    follow(`/v1/rollouts/${started.parse(await response.json()).id}`);

  const stackOf = (name: string): string => `${name}.${target}.${REGION}`;

  const look = async (name: string, generation: number): Promise<{ readonly resources: number }> => {
    const stack = standing.parse(await (await call("GET", `/v1/stacks/${stackOf(name)}`)).json());
    if (stack.outputs.generation !== generation) throw new Error(`${name} is still of another generation`);
    return { resources: stack.resourceCount };
  };

  return {
    call,
    async create(name, inputs) {
      const body = { name, blueprint: BLUEPRINT, target, regions: [REGION], inputs };
      await followRollout(await call("POST", "/v1/stack-sets", body));
      return look(name, inputs.generation);
    },
    async change(name, inputs) {
      const { headers } = await call("GET", `/v1/stack-sets/${name}`);
      const match = { "if-match": headers.get("etag") ?? "" };
      await followRollout(await call("PATCH", `/v1/stack-sets/${name}`, { inputs }, match));
      await look(name, inputs.generation);
    },
    async destroy(name) {
      await followRollout(await call("DELETE", `/v1/stack-sets/${name}`));
    },
    async lastOperationMs(name) {
      const response = await call("GET", `/v1/operations?pageSize=1&stack=${stackOf(name)}`);
      const [{ startedAt, finishedAt }] = ended.parse(await response.json()).items;
      return Date.parse(finishedAt) - Date.parse(startedAt);
    },
    async outputs(name) {
      standing.parse(await (await call("GET", `/v1/stacks/${stackOf(name)}`)).json());
    },
    async preview(name) {
      const response = await call("POST", `/v1/stacks/${stackOf(name)}/operations`, { kind: "preview" });
      await follow(`/v1/operations/${started.parse(await response.json()).id}`);
    },
  };
}
