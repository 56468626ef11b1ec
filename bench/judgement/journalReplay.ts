import type { Meridian } from "../service/meridian.ts";
import type { RecordedResource } from "./recording.ts";
import { STACK_SET } from "./recording.ts";

const PROJECT = "/api/stacks/default/meridian";
const REGION = "eu-west-1";
/** An engine's journal of 306 entries came in 86 requests. */
const ENTRIES_A_REQUEST = 4;
const BEGIN = 0;
const SUCCESS = 1;

/** The stack of a stack set that a replay makes. */
const stackOf = (stackSet: string): string => `${stackSet}.sandbox.${REGION}`;

/**
 * Creates a stack as a client of the state backend, and sends its preview, and then the journal of an up that makes the resources, as an
 * engine does: each request waits for the answer to the one before. No engine, program or provider is there to blur what the service does.
 *
 * @returns milliseconds from the start of the update to its end; the preview is before it
 * @throws Error when anything is refused
 */
export async function replayUp(
  { url, adminKey }: Pick<Meridian, "url" | "adminKey">,
  stackSet: string,
  recorded: readonly RecordedResource[],
): Promise<number> {
  const send = async (method: string, path: string, body: object, authorization = `token ${adminKey}`) => {
    const headers = { authorization, "content-type": "application/json" };
    const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (response.ok) return text === "" ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>); // an object, by the protocol
    throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
  };
  const stack = `${PROJECT}/${stackOf(stackSet)}`;
  await send("POST", PROJECT, { stackName: stackOf(stackSet) });
  const run = async (dryRun: boolean, tell: (path: string, authorization: string) => Promise<void>) => {
    const asked = { config: {}, options: { dryRun }, metadata: {} };
    const { updateID } = await send("POST", `${stack}/update`, asked);
    const update = `${stack}/update/${String(updateID)}`;
    const begun = performance.now();
    const { token } = await send("POST", update, { tags: {}, journalVersion: 1 });
    const authorization = `update-token ${String(token)}`;
    await tell(update, authorization);
    await send("POST", `${update}/complete`, { status: "succeeded" }, authorization);
    return performance.now() - begun;
  };
  const resources = resourcesOf(recorded, stackSet);
  const requests = requestsOf(resources);
  await run(true, async (update, authorization) => {
    await send("POST", `${update}/events/batch`, { events: eventsOf(resources) }, authorization);
  });
  return run(false, async (update, authorization) => {
    for (const entries of requests) await send("PATCH", `${update}/journalentries`, { entries }, authorization);
  });
}

interface MadeResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** As a state has them; names and tags are those of the stack set. */
function resourcesOf(recorded: readonly RecordedResource[], stackSet: string): readonly MadeResource[] {
  const renamed = JSON.parse(JSON.stringify(recorded).replaceAll(STACK_SET, stackSet)) as typeof recorded; // of the same shape
  return renamed.map(({ urn, type, inputs, propertyDependencies, protect }) => ({
    ...{ urn, type, inputs, propertyDependencies, protect },
    custom: true,
  }));
}

const eventsOf = (resources: readonly MadeResource[]): readonly object[] =>
  resources.map((resource, sequence) => ({
    sequence,
    timestamp: Math.floor(Date.now() / 1_000),
    resourcePreEvent: {
      metadata: { op: "create", urn: resource.urn, type: resource.type, new: resource },
      planning: true,
    },
  }));

/** Resources begin, and are done, a few at a time. */
function requestsOf(resources: readonly MadeResource[]): readonly (readonly object[])[] {
  const made = resources.map((resource, index) => {
    const [begin, end] = [2 * index + 1, 2 * index + 2];
    return {
      begin: {
        version: 1,
        kind: BEGIN,
        sequenceID: begin,
        operationID: begin,
        operation: { type: "creating", resource },
      },
      end: {
        ...{ version: 1, kind: SUCCESS, sequenceID: end, operationID: begin },
        state: { ...resource, id: `id-${index}`, outputs: resource.inputs },
      },
    };
  });
  return Array.from({ length: Math.ceil(made.length / ENTRIES_A_REQUEST) }, (_, request) => {
    const at = request * ENTRIES_A_REQUEST;
    const together = made.slice(at, at + ENTRIES_A_REQUEST);
    return [together.map(({ begin }) => begin), together.map(({ end }) => end)];
  }).flat();
}
