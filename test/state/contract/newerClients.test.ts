import { afterAll, beforeAll, expect, test } from "vitest";
import { begun, deploymentOf, protocolClient, succeeded, thing } from "../support/protocolClient.ts";
import { keys, startTestBackend, type TestBackend } from "../support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  backend = await startTestBackend();
  client = protocolClient(backend);
});
afterAll(() => backend.close());

/** As a CLI of years to come: another version of the interface, members that nobody knows. */
const newer = {
  key: keys.operator,
  headers: { accept: "application/vnd.pulumi+99", "user-agent": "pulumi-cli/1 (9.0.0; linux)", "x-pulumi-new": "1" },
};

test("a newer client is served by the version that both speak, and what it says beside that is left alone", async () => {
  const stack = await client.makeStack();
  const created = await backend.call("POST", `${stack}/update`, {
    ...newer,
    body: {
      config: { "game:size": { string: "1", secret: false, object: false, sealedBy: "someone" } },
      options: { dryRun: false, foresight: true },
      metadata: { message: "from the future", environment: {}, mood: "good" },
      capabilities: ["telepathy"],
    },
  });
  expect(created.status).toBe(200);
  const path = `${stack}/update/${created.body.updateID}`;
  const start = { tags: {}, journalVersion: 7, compression: ["zstd"] };
  const started = await backend.call("POST", path, { ...newer, body: start });
  expect(started.body).toMatchObject({ journalVersion: 1, version: 1 });

  const authorization = `update-token ${started.body.token}`;
  const resource = { ...thing("a"), colour: "blue" };
  const entries = [begun(1, "creating", resource), succeeded(1, { ...resource, id: "thing-1" })];
  const journal = await backend.call("PATCH", `${path}/journalentries`, {
    ...newer,
    authorization,
    body: { entries: entries.map((entry, at) => ({ version: 1, ...entry, sequenceID: at + 1, mood: "good" })) },
  });
  expect(journal.status).toBe(200);
  const done = await backend.call("POST", `${path}/complete`, {
    ...newer,
    authorization,
    body: { status: "succeeded", mood: "good" },
  });
  expect(done.status).toBe(200);
  expect((await client.exported(stack)).resources).toMatchObject([{ id: "thing-1", colour: "blue" }]);
});

test("a client that asks for no journal sends checkpoints", async () => {
  const stack = await client.makeStack();
  const created = await client.create(stack, {});
  const started = await backend.call("POST", `${stack}/update/${created.body.updateID}`, { ...newer, body: {} });
  expect(started.body.journalVersion).toBeUndefined();
});

test("capabilities are announced in a shape that clients read past", async () => {
  const { body } = await backend.call("GET", "/api/capabilities", newer);
  expect(body.capabilities).toEqual([{ capability: "batch-encrypt" }]);
});

test("members of a state that nobody knows come back as they were sent; a schema that cannot be judged is refused", async () => {
  const stack = await client.makeStack();
  const known = deploymentOf({ ...thing("a"), id: "thing-1", shape: { round: true } });
  const future = { ...known, deployment: { ...known.deployment, chapters: [1] } };
  expect((await backend.call("POST", `${stack}/import`, { ...newer, body: future })).status).toBe(200);
  expect(await client.exported(stack)).toMatchObject({ chapters: [1], resources: [{ shape: { round: true } }] });
  const refused = await backend.call("POST", `${stack}/import`, { ...newer, body: { ...future, version: 5 } });
  expect(refused.status).toBe(400);
  expect(refused.body.message).toContain("schema version 5: 3 and 4 are taken");
});
