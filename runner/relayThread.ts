import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import type { FromRelay, ToRelay } from "./backendRelay.ts";

/**
 * The thread of a backend relay. Every request of Pulumi's protocol may be sent twice: its client does so itself, and the
 * backend knows a repetition. So a request whose answer never came is sent again.
 */
const HOLD_MS = 55_000;
const AGAIN_MS = 100;
const agents = { "http:": new http.Agent({ keepAlive: true }), "https:": new https.Agent({ keepAlive: true }) };

let target = "";
parentPort?.on("message", (message: ToRelay) => {
  target = message.target;
});

const server = http.createServer((req, res) => {
  void relay(req, res).catch(() => res.destroy()); // the engine went away, or the answer broke off: its client asks again
});
server.keepAliveTimeout = 120_000; // longer than the engine keeps an idle connection, so that it never meets a closed one
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo; // listening on TCP, so not a pipe's name
  parentPort?.postMessage({ port } satisfies FromRelay);
});

async function relay(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = await buffer(req);
  const deadline = Date.now() + HOLD_MS;
  for (;;) {
    const answer = await forward(req, body).catch(() => undefined);
    if (answer !== undefined) {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      for await (const chunk of answer) res.write(chunk);
      res.end();
      return;
    }
    if (Date.now() > deadline || req.socket.destroyed) break;
    await delay(AGAIN_MS);
  }
  // The client waits and asks again for as long as it is told to; a 5xx it would give up on.
  res.writeHead(429, { "retry-after": "2", "content-type": "application/json" });
  res.end(JSON.stringify({ code: 429, message: "The control process is away." }));
}

function forward(req: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  const url = new URL(req.url ?? "/", target);
  const { protocol, host } = url;
  const secure = protocol === "https:";
  // State holds the address of the service as its reader reaches it, and the engine reaches it here.
  const origin = { "x-meridian-origin": `http://${req.headers.host ?? ""}` };
  const headers = { ...req.headers, ...origin, host, "content-length": String(body.length) };
  return new Promise((resolve, reject) => {
    const send = secure ? https.request : http.request;
    const request = send(
      url,
      { method: req.method ?? "GET", headers, agent: agents[secure ? "https:" : "http:"] },
      resolve,
    );
    request.once("error", reject);
    request.end(body);
  });
}
