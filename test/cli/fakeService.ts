import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { runMeridian } from "./runMeridian.ts";

/** One request as the service saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Instead of a body: writes the answer itself. */
  readonly write?: (response: ServerResponse) => void;
}

/** Answers by "METHOD /path"; a list is used up one answer a request, its last one again and again. */
export type FakeAnswers = Readonly<Record<string, FakeAnswer | readonly FakeAnswer[]>>;

export interface FakeService {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  readonly meridian: (...args: string[]) => Promise<{ exitCode: number; out: string; err: string }>;
  readonly close: () => Promise<void>;
}

/** A local HTTP server that answers recorded shapes, and the command line pointed at it. */
export async function fakeService(answers: FakeAnswers, env: NodeJS.ProcessEnv = {}): Promise<FakeService> {
  const seen: SeenRequest[] = [];
  const used = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    const name = `${request.method} ${path}`;
    seen.push({
      method: request.method ?? "",
      path,
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    });
    const times = used.get(name) ?? 0;
    used.set(name, times + 1);
    const listed = [answers[name] ?? notFound].flat();
    const answer = listed[Math.min(times, listed.length - 1)] ?? notFound;
    response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
    if (answer.write === undefined) response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
    else answer.write(response);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo; // A TCP server's address is never a string.
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    seen,
    meridian: (...args) => runMeridian({ MERIDIAN_URL: url, MERIDIAN_KEY: "a-key", ...env }, args),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const notFound: FakeAnswer = {
  status: 404,
  body: {
    type: "about:blank",
    status: 404,
    code: "not-found",
    title: "There is no such thing, or it is not yours to see",
    detail: "There is nothing here.",
  },
};

export const launch = {
  name: "launch",
  team: "default",
  blueprint: "game-servers",
  blueprintDigest: "sha256:0",
  target: "sandbox",
  cloud: "sandbox",
  regions: ["eu-west-1", "us-east-1"],
  inputs: { peakPlayers: 1000 },
  status: "active",
  generation: 3,
  createdAt: "2026-11-21T10:00:00Z",
  updatedAt: "2026-11-21T10:00:00Z",
};

export const rollout = {
  id: "ro_1",
  kind: "create",
  stackSet: "launch",
  team: "default",
  status: "queued",
  regions: [
    { region: "eu-west-1", status: "queued", operation: "op_1" },
    { region: "us-east-1", status: "pending" },
  ],
  createdAt: "2026-11-21T10:00:00Z",
};

const none = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };

export const operation = {
  id: "op_1",
  kind: "up",
  stack: "launch.sandbox.eu-west-1",
  stackSet: "launch",
  target: "sandbox",
  cloud: "sandbox",
  region: "eu-west-1",
  team: "default",
  status: "succeeded",
  attempt: 1,
  requestedBy: "key_1",
  createdAt: "2026-11-21T10:00:00Z",
  changes: { ...none, create: 15 },
  applied: { ...none, create: 15 },
  verdicts: [],
  suspects: [],
};
