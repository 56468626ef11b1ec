import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { linkRouter } from "../../../api/stackLinks/linkRouter.ts";
import { type Laptop, setUpLaptop } from "../support/pulumiCli.ts";
import { keys, startTestBackend, type TestBackend } from "../support/testBackend.ts";
import { startTestProvider, type TestProvider } from "../support/testProvider.ts";

vi.setConfig({ testTimeout: 120_000 });

let backend: TestBackend;
let provider: TestProvider;
let laptop: Laptop;
beforeAll(async () => {
  backend = await startTestBackend();
  provider = await startTestProvider();
  laptop = await setUpLaptop({ url: backend.url, key: keys.operator, providerPort: provider.port });
  await laptop.program(`Thing("a", "test:index:Thing", {});`);
  await laptop.run(["stack", "init", "dev"]);
});
afterAll(async () => {
  await laptop.close();
  provider.stop();
  await backend.close();
});

/** What is Pulumi Cloud's alone, and what the CLI does not even ask for where the service does not announce it. */
const refused: readonly (readonly [command: string, says: RegExp])[] = [
  ...[
    "config env init --yes",
    "deployment list",
    "deployment run update",
    "deployment settings get",
    "env ls",
    "env init game/dev",
    "insights account list",
    "neo hello",
    "org audit-log list",
    "org member list",
    "org role list",
    "org search --query a",
    "org usage get",
    "org webhook list",
    "policy compliance list",
    "policy disable studio/pack",
    "policy enable studio/pack latest",
    "policy issue list",
    "stack drift list",
    "stack drift status",
    "stack schedule list",
    "stack webhook list",
    "template list",
    "api list",
  ].map((command) => [command, /Not offered here: [A-Z]+ \/api\//] as const),
  ["policy install", /getting stack policies is not supported by the backend/],
];

describe("is answered in words, with an exit code, at once:", () => {
  test.each(refused)("pulumi %s", async (command, says) => {
    const { code, output } = await laptop.run(command.split(" "));
    expect(output).toMatch(says);
    expect(code).not.toBe(0);
    expect(output).not.toMatch(/goroutine|panic|node_modules|\n {4}at |unexpected status code 5/);
  });
});

describe("a service has what files have not:", () => {
  test.each([
    ["org get-default", /^studio$/m],
    ["org set-default studio", /^$/],
    ["policy ls", /^NAME +VERSIONS\n\S+ +\d+\.\d+\.\d+$/m],
    ["policy group ls", /^default-policy-group/m],
    ["whoami -v --json", /"organizations": \[\s+"studio"\s+\]/],
    ["about", /Current Stack: studio\/game\/dev/],
    ["config env ls", /no environments listed/],
  ] as const)("pulumi %s", async (command, says) => {
    const { code, output } = await laptop.run(command.split(" "));
    expect(`${output}\nexit ${code}`).toContain("exit 0");
    expect(output).toMatch(says);
  });
});

test("the links that the CLI prints lead to a page, once it is told where the console is", async () => {
  const server = createServer(express().use(linkRouter())).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  const console = { PULUMI_CONSOLE_DOMAIN: `127.0.0.1:${port}` };
  try {
    const { output } = await laptop.run(["up", "--yes"], console);
    const links = [...output.matchAll(/View (?:Live|in Browser.*): (\S+)/g)].map((match) => match[1] ?? "");
    expect(links.map((link) => new URL(link).pathname)).toEqual([
      expect.stringMatching(/^\/studio\/game\/dev\/previews\/[0-9a-f-]{36}$/),
      "/studio/game/dev/updates/1",
    ]);
    const listed = await laptop.run(["stack", "ls"], console);
    const all = [...links, /https?:\S+/.exec(listed.output)?.[0] ?? ""];
    for (const link of all) expect((await fetch(link)).status, link).toBe(200);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
