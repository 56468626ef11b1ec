import { once } from "node:events";
import http, { type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { startBackendRelay } from "../../runner/backendRelay.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A control process that answers with what it was sent. */
async function control(port = 0, seen: string[] = []): Promise<number> {
  const server = http.createServer(async (req, res) => {
    let body = "";
    for await (const chunk of req) body += String(chunk);
    seen.push(`${req.method} ${req.url} ${body}`);
    res.writeHead(req.url === "/refused" ? 403 : 200, { "x-token": req.headers.authorization ?? "" });
    res.end(body);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return (server.address() as AddressInfo).port; // listening on TCP
}

async function stop(): Promise<void> {
  const server = servers.pop();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
}

test("a request passes with its method, body and headers, and so does a refusal", async () => {
  const relay = await startBackendRelay();
  const url = relay.urlFor(`http://127.0.0.1:${await control()}`);
  const answer = await fetch(`${url}/api/x?y=1`, {
    method: "PATCH",
    body: "entries",
    headers: { authorization: "update-token t" },
  });
  expect([answer.status, await answer.text(), answer.headers.get("x-token")]).toEqual([
    200,
    "entries",
    "update-token t",
  ]);
  expect((await fetch(`${url}/refused`)).status).toBe(403);
});

test("a request that finds the control process away is held until it is back, and arrives once", async () => {
  const relay = await startBackendRelay();
  const port = await control();
  const url = relay.urlFor(`http://127.0.0.1:${port}`);
  expect((await fetch(`${url}/before`)).status).toBe(200);
  await stop();
  const held = fetch(`${url}/during`, { method: "PATCH", body: "success" });
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow(); // it is really away
  const seen: string[] = [];
  await control(port, seen);
  expect(await (await held).text()).toBe("success");
  expect(seen).toEqual(["PATCH /during success"]);
});

test("a backend that is no HTTP server is left as it is", async () => {
  const relay = await startBackendRelay();
  expect(relay.urlFor("file:///tmp/state")).toBe("file:///tmp/state");
});
