import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { findIsolation } from "../../../runner/packs/packIsolation.ts";
import { keptPacks, thing } from "../../support/keptPacks.ts";

vi.setConfig({ testTimeout: 60_000 });

const { dataDir, said } = keptPacks();
const { namespaces } = await findIsolation({ PATH: process.env["PATH"] ?? "" });
const secret = "mk_what-nobody-may-read";

/** What became of each try: what it found, or the code of its refusal. */
async function tried(tries: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = process.env) {
  const rules = Object.fromEntries(
    Object.entries(tries).map(([name, look]) => [
      name,
      `return (async () => { try { report("found " + (${look})); } catch (error) { report("refused " + (error.cause ?? error).code); } })();`,
    ]),
  );
  const answer = await said(rules, thing({}), { env });
  expect(answer?.error).toBeUndefined();
  return Object.fromEntries(
    answer?.findings?.map(({ policy, message }) => [policy, message.split("\n").at(-1) ?? ""]) ?? [],
  );
}

const builtin = (name: string): string => `process.getBuiltinModule("${name}")`;

test("a pack's environment has nothing of ours in it", async () => {
  const env = {
    ...process.env,
    MERIDIAN_ADMIN_KEY: secret,
    DATABASE_URL: "postgres://user:secret@host/db",
    NODE_OPTIONS: "",
  };
  const { look } = await tried({ look: "JSON.stringify(process.env)" }, env);
  const environment = JSON.parse(look?.slice("found ".length) ?? "");
  const unknown = Object.keys(environment).filter(
    (name) => !/^(PATH|LANG|TZ|TMPDIR|HOME|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS)$/.test(name),
  );
  expect(unknown).toEqual([]);
  expect(JSON.stringify(environment)).not.toMatch(/secret|mk_what/);
});

test("a pack reads and writes no file that is not its own, and starts neither programs nor threads nor an inspector", async () => {
  await writeFile(path.join(dataDir, "master.key"), secret);
  const fs = builtin("fs");
  const outcomes = await tried({
    "read-a-key": `${fs}.readFileSync(${JSON.stringify(path.join(dataDir, "master.key"))}, "utf8")`,
    "read-an-environment": `${fs}.readFileSync("/proc/self/environ", "utf8")`,
    "read-through-a-link": `${fs}.symlinkSync("/etc/passwd", process.env.TMPDIR + "/link") ?? ${fs}.readFileSync(process.env.TMPDIR + "/link", "utf8")`,
    "list-the-machine": `${fs}.readdirSync("/").join()`,
    "change-itself": `${fs}.writeFileSync("index.js", "")`,
    "leave-something": `${fs}.writeFileSync(${JSON.stringify(path.join(dataDir, "left"))}, "")`,
    "start-a-program": `${builtin("child_process")}.execFileSync(process.execPath, ["--version"]).toString()`,
    "start-a-thread": `new (${builtin("worker_threads")}.Worker)("0", { eval: true })`,
    "open-an-inspector": `new (${builtin("inspector")}.Session)().connect()`,
    "load-an-add-on": `process.dlopen({ exports: {} }, process.env.TMPDIR + "/none.node")`,
  });
  expect(Object.values(outcomes)).toEqual(
    Array.from({ length: 10 }, () => expect.stringMatching(/^refused ERR_(ACCESS_DENIED|DLOPEN_DISABLED)$/)),
  );
});

const needs = "(needs unshare, and a machine that lets us)";
test.skipIf(namespaces.length === 0)(`a pack reaches neither the network nor another process ${needs}`, async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.end("HTTP/1.1 204 No Content\r\n\r\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const outcomes = await tried({
    "ask-the-service": `(await fetch("http://127.0.0.1:${port}/")).status`,
    "connect-to-it": `await new Promise((resolve, reject) => ${builtin("net")}.connect(${port}, "127.0.0.1").once("connect", resolve).once("error", reject))`,
    "send-elsewhere": `await new Promise((resolve, reject) => ${builtin("dgram")}.createSocket("udp4").send("x", 53, "192.0.2.1", (error) => error ? reject(error) : resolve("sent")))`,
    "signal-the-service": `process.kill(${process.pid}, 0)`,
  });
  server.close();
  expect(outcomes).toEqual({
    "ask-the-service": expect.stringMatching(/^refused E\w+$/),
    "connect-to-it": expect.stringMatching(/^refused E\w+$/),
    "send-elsewhere": "refused ENETUNREACH",
    "signal-the-service": "refused ESRCH",
  });
  expect(connections).toBe(0);
});
