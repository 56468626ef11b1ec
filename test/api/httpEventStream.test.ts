import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EventStream, openEventStream } from "../../api/http/eventStream.ts";
import { streams } from "../../api/http/route.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
let key: string;
/** What the next request to the route does with its stream. */
let serve: (stream: EventStream | undefined, lastEventId: number | undefined) => Promise<void>;
let endedAt: number | undefined;
let heartbeatMs = 60_000;

beforeAll(async () => {
  const declaration = {
    method: "get",
    path: "/v1/things/{id}/events",
    tag: "Things",
    summary: "Follow",
    permission: "read",
    answers: { 200: { description: "Events.", contentType: "text/event-stream" } },
  } as const;
  const route = streams(declaration, async ({ lastEventId }, res) =>
    serve(openEventStream(res, { lastEventId, endedAt, heartbeatMs }), lastEventId),
  );
  api = await startApi({ routes: [route] });
  key = await api.keyFor("viewer");
});
afterAll(() => api.close());

const path = "/v1/things/1/events";
const read = (headers: Record<string, string> = {}) => api.send("GET", path, { key, headers });

test("events arrive with their ids and types, and the stream closes after `end`", async () => {
  endedAt = undefined;
  serve = async (stream) => {
    await stream?.send({ id: 1, type: "status", data: { text: "two\nlines" } });
    await stream?.send({ id: 2, type: "end", data: { status: "succeeded" } });
    await stream?.send({ id: 3, type: "status", data: "after the end" });
  };
  const reply = await read();
  expect(reply.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(reply.headers.get("cache-control")).toBe("no-store");
  expect(reply.body).toBe(
    'id: 1\nevent: status\ndata: {"text":"two\\nlines"}\n\nid: 2\nevent: end\ndata: {"status":"succeeded"}\n\n',
  );
});

test("a reader that has the end already is told not to come again", async () => {
  endedAt = 2;
  const seen: unknown[] = [];
  serve = async (stream) => {
    seen.push(stream);
  };
  const reply = await read({ "last-event-id": "2" });
  expect(reply.status).toBe(204);
  expect(seen).toEqual([undefined]);
});

test("a reader that comes back before the end says what it has", async () => {
  endedAt = 2;
  serve = async (stream, lastEventId) => {
    await stream?.send({ id: 2, type: "end", data: { after: lastEventId } });
  };
  expect((await read({ "last-event-id": "1" })).body).toContain('{"after":1}');
  expect((await read()).body).toBe("id: 2\nevent: end\ndata: {}\n\n");
});

test.each(["-1", "1.5", "abc", "1e3", "99999999999999999999"])("the Last-Event-ID %s is refused", async (id) => {
  const pointers = expectProblem(await read({ "last-event-id": id }), "invalid-request");
  expect(pointers).toEqual(["/headers/Last-Event-ID"]);
});

test("a comment shows that a quiet stream lives", async () => {
  endedAt = undefined;
  heartbeatMs = 5;
  const opened = Promise.withResolvers<EventStream | undefined>();
  serve = async (stream) => opened.resolve(stream);
  const response = await open();
  const [chunk] = await firstOf(response);
  expect(chunk).toBe(":\n\n");
  (await opened.promise)?.end();
  heartbeatMs = 60_000;
});

test("a reader that does not read holds its sender back, and one that leaves lets it go", async () => {
  endedAt = undefined;
  const full = Promise.withResolvers<void>();
  let sent = 0;
  const finished = Promise.withResolvers<boolean>();
  serve = async (stream) => {
    if (stream === undefined) return;
    const data = "x".repeat(100_000);
    while (!stream.closed.aborted) {
      const sending = stream.send({ id: sent, type: "status", data });
      const settled = await Promise.race([
        sending.then(() => true),
        new Promise((resolve) => setImmediate(resolve, false)),
      ]);
      if (settled !== true) full.resolve();
      await sending;
      sent += 1;
    }
    finished.resolve(stream.closed.aborted);
  };
  const response = await open();
  response.pause();
  await full.promise;
  const before = sent;
  expect(before).toBeLessThan(1_000);
  response.destroy();
  expect(await finished.promise).toBe(true);
});

test("a stream is for those who may read", async () => {
  expectProblem(await api.send("GET", path), "unauthenticated");
});

async function open(): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(api.url + path, { headers: { authorization: `Bearer ${key}` } }, resolve).on("error", reject);
  return promise;
}

async function firstOf(response: IncomingMessage): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<string[]>();
  response.once("data", (chunk: Buffer) => resolve([chunk.toString()]));
  return promise;
}
