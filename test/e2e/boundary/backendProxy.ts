import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

export interface JournalEntry {
  readonly kind: number;
  readonly operation?: { readonly type: string; readonly resource: { readonly urn: string } };
  readonly state?: { readonly urn: string };
}

/** What the test does with a request whose journal entries it has seen. */
export interface BackendGate {
  /** Before it is passed on: `lost` drops it, `unanswered` passes it on and keeps the answer. */
  before(entries: readonly JournalEntry[]): Promise<"pass" | "lost" | "unanswered">;
  /** After its answer was given to the engine. */
  after(entries: readonly JournalEntry[]): Promise<void>;
}

export interface BackendProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** Stands between an engine and the service, on loopback. */
export async function startBackendProxy(target: () => string, gate: BackendGate): Promise<BackendProxy> {
  const server = http.createServer((req, res) => {
    void pass(req, res, target(), gate).catch(() => res.destroy()); // the engine is dead, or the service is
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port, // listening on TCP
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(req: IncomingMessage, res: ServerResponse, target: string, gate: BackendGate): Promise<void> {
  const body = await buffer(req);
  const entries = entriesIn(req, body);
  const fate = entries.length === 0 ? "pass" : await gate.before(entries);
  if (fate === "lost") return void res.destroy();
  const answer = await forward(req, body, target);
  const content = await buffer(answer);
  if (fate === "unanswered") return void res.destroy();
  res.writeHead(answer.statusCode ?? 502, answer.headers);
  const sent = once(res, "finish");
  res.end(content);
  await sent;
  if (entries.length > 0) await gate.after(entries);
}

function entriesIn({ url = "", headers }: IncomingMessage, body: Buffer): readonly JournalEntry[] {
  if (!url.endsWith("/journalentries")) return [];
  const text = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
  return (JSON.parse(text.toString("utf8")) as { entries?: readonly JournalEntry[] }).entries ?? []; // the engine's own shape
}

function forward(req: IncomingMessage, body: Buffer, target: string): Promise<IncomingMessage> {
  const url = new URL(req.url ?? "/", target);
  const headers = {
    ...req.headers,
    "x-meridian-origin": `http://${req.headers.host ?? ""}`,
    host: url.host,
    "content-length": String(body.length),
  };
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: req.method ?? "GET", headers }, resolve);
    request.once("error", reject);
    request.end(body);
  });
}
