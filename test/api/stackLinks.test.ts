import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { linkRouter } from "../../api/stackLinks/linkRouter.ts";

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(express().use(linkRouter())).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const PREVIEW = "0b9f3c1e-7a52-4b5e-9a3e-2f6f1d0c4a11";

test.each([
  ["/studio/game/dev", "the stack"],
  ["/studio/game/dev/updates/7", "version 7"],
  [`/studio/game/dev/previews/${PREVIEW}`, "the preview"],
])("%s says what it names and how to see it, and nothing else may load or run", async (path, what) => {
  const response = await fetch(url + path);
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self';/);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(text).toContain(what);
  expect(text).toContain("-s studio/game/dev");
  expect(text).toContain(`${url}/api/stacks/studio/game/dev`);
  expect(text).not.toMatch(/<script|javascript:|<form|<img/i);
});

test.each([
  "/v1/stacks/dev",
  "/docs/game/dev",
  "/api/user/stacks",
  "/runner/v1/attach",
  "/studio/game/%3Cscript%3E",
  "/studio/game/dev/updates/latest",
  "/studio/game/dev/previews/none",
  `/studio/game/${"x".repeat(101)}`,
])("%s is no link to a stack", async (path) => {
  expect((await fetch(url + path)).status).toBe(404);
});

test("an address that the client makes up is written as text", async () => {
  const { request } = await import("node:http");
  const text = await new Promise<string>((resolve, reject) => {
    const sent = request(`${url}/studio/game/dev`, { headers: { host: "<script>alert(1)</script>" } }, (response) => {
      let body = "";
      response.on("data", (data) => (body += String(data))).on("end", () => resolve(body));
    });
    sent.on("error", reject).end();
  });
  expect(text).not.toContain("<script>");
  expect(text).toContain("&lt;script&gt;");
});
