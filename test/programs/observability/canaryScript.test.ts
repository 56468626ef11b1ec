import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canaryScript } from "../../../programs/observability/canaryScript.ts";

let folder: string;
let server: Server;
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "canary-"));
  writeFileSync(path.join(folder, "visit.cjs"), canaryScript);
  const certificate = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", ["req", ...certificate, ...subject, "-keyout", "key.pem", "-out", "cert.pem"], {
    cwd: folder,
    stdio: "ignore",
  });
  const file = (name: string) => readFileSync(path.join(folder, name));
  server = createServer({ key: file("key.pem"), cert: file("cert.pem") }, (request, response) => {
    if (request.url === "/never") return void response.write("begun");
    response.writeHead(request.url === "/down" ? 503 : 200).end("body");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `https://localhost:${(server.address() as AddressInfo).port}`; // a TCP server's address is one
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

/** What comes of a visit, in a process of its own: the environment of a canary, and a trust of the test's certificate where asked. */
async function visit(where: string, { trusted = true } = {}): Promise<string> {
  const code =
    'require("./visit.cjs").handler().then((status) => console.log(status), (error) => console.log(error.message))';
  const child = spawn(process.execPath, ["--eval", code], {
    cwd: folder,
    env: {
      TARGET_URL: where,
      EXPECTED_STATUS: "200",
      TIMEOUT_SECONDS: "1",
      ...(trusted ? { NODE_EXTRA_CA_CERTS: path.join(folder, "cert.pem") } : {}),
    },
  });
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  await new Promise((resolve) => child.on("close", resolve));
  return output.trim();
}

test("a visit succeeds by the status that was expected", async () => {
  expect(await visit(`${origin}/healthz`)).toBe("200");
});

test.each([
  ["another status", "/down", {}, /^answered 503 instead of 200$/],
  ["an answer that does not end", "/never", {}, /^no whole answer within 1 s$/],
  ["a certificate that does not hold", "/healthz", { trusted: false }, /self-signed certificate/],
])("a visit fails by %s", async (_, where, how, message) => {
  expect(await visit(`${origin}${where}`, how)).toMatch(message);
});

test("a visit fails where nobody answers", async () => {
  expect(await visit("https://localhost:1/")).toMatch(/ECONNREFUSED/);
});
