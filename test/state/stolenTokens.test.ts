import { afterAll, beforeAll, expect, test } from "vitest";
import { documentedRows } from "../support/documentedRows.ts";
import { begun, deploymentOf, protocolClient, type RunningUpdate, succeeded, thing } from "./support/protocolClient.ts";
import { insertOperation } from "./support/rows.ts";
import { type Answer, startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  backend = await startTestBackend();
  client = protocolClient(backend);
});
afterAll(() => backend.close());

interface Ours {
  readonly path: string;
  readonly id: string;
}

async function stackOf(): Promise<Ours> {
  const path = await client.makeStack();
  await backend.call("POST", `${path}/import`, { body: deploymentOf(thing("kept")) });
  const stack = await backend.state.findStack({ team: TEAM, project: "game", name: path.split("/").at(-1) ?? "" });
  return { path, id: stack?.id ?? "" };
}

async function tokenFor(stackId: string, ttl = 600): Promise<{ readonly token: string; readonly operation: string }> {
  const operation = await insertOperation(backend);
  return { operation, token: await backend.state.issueOperationToken({ operation, stackId, person: "x", ttl }) };
}

const write = (path: string, lease: string): Promise<Answer> =>
  backend.call("PATCH", `${path}/journalentries`, {
    authorization: `update-token ${lease}`,
    body: { entries: [{ version: 1, sequenceID: 9, ...begun(9, "creating", thing("stolen")) }] },
  });
const asked = (path: string, token: string): Promise<Answer> =>
  backend.call("POST", `${path}/update`, { key: token, body: { config: {}, options: {}, metadata: {} } });

interface Stolen {
  readonly token: string;
  readonly status: number;
  readonly used: (stack: Ours, running: () => Promise<RunningUpdate>) => Promise<Answer>;
}

const tokens: readonly Stolen[] = [
  {
    token: "a key that is wrong, revoked or past its time",
    status: 401,
    used: ({ path }) => asked(path, "mk_of-nobody"),
  },
  {
    token: "an operation's token",
    status: 404,
    used: async ({ path }) => asked(path, (await tokenFor((await stackOf()).id)).token),
  },
  {
    token: "an operation's token for what the operation is not to do",
    status: 403,
    async used({ path, id }) {
      const { token } = await tokenFor(id);
      const body = deploymentOf(thing("stolen"));
      expect((await backend.call("POST", `${path}/import`, { key: token, body })).status).toBe(403);
      expect((await client.create(path, { kind: "refresh", key: token })).status).toBe(403);
      return client.create(path, { kind: "destroy", key: token });
    },
  },
  {
    token: "an operation's token after its end",
    status: 401,
    async used({ path, id }) {
      const { token, operation } = await tokenFor(id);
      expect((await asked(path, token)).status).toBe(200);
      await backend.state.revokeOperationTokens(operation);
      return asked(path, token);
    },
  },
  {
    token: "an operation's token past its time",
    status: 401,
    async used({ path, id }) {
      const { token } = await tokenFor(id, 60);
      backend.moveClock(61);
      return asked(path, token);
    },
  },
  {
    token: "an operation's token under another operation's update",
    status: 401,
    async used({ id }, running) {
      const { token } = await tokenFor(id);
      const update = await running();
      return backend.call("PATCH", `${update.path}/journalentries`, { key: token, body: { entries: [] } });
    },
  },
  {
    token: "a lease token",
    status: 403,
    async used(_, running) {
      const theirs = await client.start((await stackOf()).path);
      return write((await running()).path, theirs.token);
    },
  },
  {
    token: "a lease token after the update's end",
    status: 403,
    async used(_, running) {
      const update = await running();
      await update.complete();
      return write(update.path, update.token);
    },
  },
  {
    token: "a lease token after a cancel",
    status: 403,
    async used(_, running) {
      const update = await running();
      await backend.call("POST", `${update.path}/cancel`);
      return write(update.path, update.token);
    },
  },
  {
    token: "a lease token as a key",
    status: 401,
    used: async ({ path }, running) => asked(path, (await running()).token),
  },
];

test("the page lists the tokens that are tried here, each once", () => {
  expect(tokens.map(({ token }) => token)).toEqual(documentedRows("doors.md", "Tokens in other hands"));
});

test.each(tokens)("$token opens nothing that is not its own", async ({ status, used }) => {
  const stack = await stackOf();
  const answer = await used(stack, () => client.start(stack.path));
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  expect(answer.body.message).toEqual(expect.any(String));
  const { resources, pending_operations: pending } = await client.exported(stack.path);
  expect({ resources, pending }).toMatchObject({ resources: [{ urn: thing("kept").urn }], pending: undefined });
});

test("a token that is in the right hands does its work", async () => {
  const { path, id } = await stackOf();
  const update = await client.start(path, { key: (await tokenFor(id)).token });
  expect((await update.journal(begun(1, "creating", thing("own")), succeeded(1, thing("own")))).status).toBe(200);
});
