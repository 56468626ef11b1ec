import { afterAll, beforeAll, expect, test } from "vitest";
import { Problem } from "../../api/base/problem.ts";
import { deploymentOf, protocolClient, type RunningUpdate, thing } from "./support/protocolClient.ts";
import { keys, startTestBackend, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
let quarantined = false;
let stack: string;
let update: RunningUpdate;

beforeAll(async () => {
  backend = await startTestBackend({
    requireReleased: async () => {
      if (quarantined) throw new Problem("quarantined", "The service is in quarantine: settle what differs.");
    },
  });
  const client = protocolClient(backend);
  stack = await client.makeStack();
  update = await client.start(stack);
  quarantined = true;
});
afterAll(() => backend.close());

const call = (method: string, path: string, body?: unknown) =>
  backend.call(method, path, { key: keys.operator, ...(body === undefined ? {} : { body }) });

test.each([
  ["the start of an update", () => call("POST", `${stack}/update`, {})],
  ["a preview", () => call("POST", `${stack}/preview`, {})],
  ["an import", () => call("POST", `${stack}/import`, deploymentOf(thing("a")))],
  ["a new stack", () => call("POST", "/api/stacks/studio/game", { stackName: "another" })],
  ["other tags", () => call("PATCH", `${stack}/tags`, {})],
  ["another name", () => call("POST", `${stack}/rename`, { newName: "other", newProject: "" })],
  ["a removal", () => call("DELETE", `${stack}?force=true`)],
  ["a cancel", () => call("POST", `${stack}/update/${update.id}/cancel`)],
  ["a journal entry under a lease that lives", () => update.journal({ kind: 5 })],
  ["the end of an update", () => update.complete()],
  ["the renewal of a lease", () => update.send("POST", "renew_lease", { token: "", duration: 300 })],
])("in quarantine %s is refused and says what to do", async (_what, ask) => {
  const answer = await ask();
  expect(answer).toMatchObject({ status: 423, body: { message: expect.stringContaining("settle what differs") } });
});

test.each([
  ["the stack", () => call("GET", stack)],
  ["its state", () => call("GET", `${stack}/export`)],
  ["its history", () => call("GET", `${stack}/updates`)],
  ["the list of stacks", () => call("GET", "/api/user/stacks")],
  ["a secret that is to be sealed", () => call("POST", `${stack}/encrypt`, { plaintext: "AAAA" })],
])("in quarantine %s is answered", async (_what, ask) => {
  expect((await ask()).status).toBe(200);
});
