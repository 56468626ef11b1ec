import { afterEach, expect, test } from "vitest";
import { apiClient } from "../../cli/apiClient.ts";
import { followEvents } from "../../cli/followEvents.ts";
import { type ServerSentEvent, serverSentEvents } from "../../cli/serverSentEvents.ts";
import { type FakeAnswer, type FakeAnswers, type FakeService, fakeService, operation, rollout } from "./fakeService.ts";

let service: FakeService | undefined;

afterEach(() => service?.close());

async function serving(answers: FakeAnswers): Promise<FakeService> {
  service = await fakeService(answers);
  return service;
}

/** Answers with a stream of events that ends, or breaks off, after the given text. */
function stream(text: string, how: "ends" | "breaks" = "ends"): FakeAnswer {
  const write: FakeAnswer["write"] = (response) => {
    response.write(text, () => (how === "ends" ? response.end() : response.destroy()));
  };
  return { headers: { "content-type": "text/event-stream" }, write };
}

const STATUS = 'id: 1\nevent: status\ndata: {"region":"eu-west-1","status":"running"}\n\n';
const END = 'id: 2\nevent: end\ndata: {"status":"succeeded"}\n\n';

async function collect(events: AsyncIterable<ServerSentEvent>): Promise<ServerSentEvent[]> {
  const all: ServerSentEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test("watching prints a line an event and then how it ended", async () => {
  const { meridian } = await serving({
    "GET /v1/operations/op_1/events": stream(`:\n\n${STATUS}${END}`),
    "GET /v1/operations/op_1": { body: operation },
  });
  const run = await meridian("operations", "watch", "op_1");
  expect(run.exitCode).toBe(0);
  const [first, second] = run.out.split("\n");
  expect(first).toMatch(/^status +eu-west-1 +running$/);
  expect(second).toMatch(/^end +succeeded$/);
  expect(run.out).toMatch(/applied: +15 create/);
});

test.each(["failed", "cancelled", "policy-denied"])(
  "watching an operation that ends %s has exit code 1",
  async (status) => {
    const { meridian } = await serving({
      "GET /v1/operations/op_1/events": stream(END),
      "GET /v1/operations/op_1": { body: { ...operation, status } },
    });
    expect(await meridian("operations", "watch", "op_1")).toMatchObject({ exitCode: 1 });
  },
);

test("watching as JSON prints one object a line and nothing else", async () => {
  const { meridian } = await serving({
    "GET /v1/rollouts/ro_1/events": stream(`${STATUS}${END}`),
    "GET /v1/rollouts/ro_1": { body: { ...rollout, status: "succeeded" } },
  });
  const { out } = await meridian("rollouts", "watch", "ro_1", "--json");
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { id: "1", type: "status", data: { region: "eu-west-1", status: "running" } },
    { id: "2", type: "end", data: { status: "succeeded" } },
  ]);
});

test("creating with --watch follows the rollout to its end", async () => {
  const { meridian } = await serving({
    "POST /v1/stack-sets": { status: 202, body: rollout },
    "GET /v1/rollouts/ro_1/events": stream(END),
    "GET /v1/rollouts/ro_1": { body: { ...rollout, status: "failed" } },
  });
  const run = await meridian("stack-sets", "create", "launch", "--blueprint", "b", "--region", "eu-west-1", "--watch");
  expect(run.exitCode).toBe(1);
  expect(run.out).toMatch(/status: +failed/);
});

test("watching what does not exist fails at once", async () => {
  const { meridian, seen } = await serving({});
  const run = await meridian("operations", "watch", "op_0");
  expect(run).toMatchObject({ exitCode: 1 });
  expect(run.err).toContain("not-found");
  expect(seen).toHaveLength(1);
});

test("a stream that breaks off is resumed after the last event seen, so that none is missing and none comes twice", async () => {
  const path = "/v1/operations/op_1/events";
  const { url, seen } = await serving({
    [`GET ${path}`]: [stream(`${STATUS}id: 9\nevent: sta`, "breaks"), { status: 503, body: {} }, stream(END)],
  });
  const client = apiClient({ env: { MERIDIAN_URL: url }, fetch });
  const events = await collect(followEvents(client, path, { retryAfterMs: 1 }));
  expect(events.map((event) => event.id)).toEqual(["1", "2"]);
  expect(seen.map((request) => request.headers["last-event-id"])).toEqual([undefined, "1", "1"]);
});

test("a stream that was seen to its end before is over at once", async () => {
  const path = "/v1/operations/op_1/events";
  const { url } = await serving({ [`GET ${path}`]: [stream(STATUS), { status: 204 }] });
  const client = apiClient({ env: { MERIDIAN_URL: url }, fetch });
  expect(await collect(followEvents(client, path, { retryAfterMs: 1 }))).toHaveLength(1);
});

test("a stream that never says anything new is given up", async () => {
  const path = "/v1/operations/op_1/events";
  const { url, seen } = await serving({ [`GET ${path}`]: stream("", "ends") });
  const client = apiClient({ env: { MERIDIAN_URL: url }, fetch });
  await expect(collect(followEvents(client, path, { retryAfterMs: 1 }))).rejects.toMatchObject({ code: "unreachable" });
  expect(seen).toHaveLength(11);
});

test.each([1, 2, 3, 7])("events are the same however the bytes are cut, here by %d", async (size) => {
  const text = 'id: 1\r\ndata: {"a":\r\ndata: "ä€"}\r\n\r\n:comment\n\nevent: end\rdata:x\r\rdata: cut off';
  const bytes = new TextEncoder().encode(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  expect(await collect(serverSentEvents(pieces()))).toEqual([
    { id: "1", event: "message", data: '{"a":\n"ä€"}' },
    { id: undefined, event: "end", data: "x" },
  ]);
});
