import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { announcing, begun, deploymentOf, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  backend = await startTestBackend({ bodyLimit: 200_000 });
  client = protocolClient(backend);
});
afterAll(() => backend.close());

const urns = async (stack: string) =>
  ((await client.exported(stack)).resources ?? []).map(({ urn }: { urn: string }) => urn.split("::").at(-1));

describe("an update", () => {
  test("becomes the stack's next version, in the history, with its outputs", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    expect(update.version).toBe(1);
    const root = {
      ...thing("root", {}, "pulumi:pulumi:Stack"),
      outputs: {
        url: "x",
        key: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "AAAA" },
      },
    };
    await update.journal(begun(1, "creating", root), succeeded(1, root));
    expect((await update.complete()).status).toBe(200);
    expect((await backend.call("GET", stack)).body).toMatchObject({ version: 1, activeUpdate: "" });
    expect((await backend.call("GET", `${stack}/updates`)).body.updates).toMatchObject([
      { kind: "update", result: "succeeded", version: 1, resourceChanges: { create: 1 } },
    ]);
    const record = await backend.state.findStack({ team: TEAM, project: "game", name: stack.split("/").at(-1) ?? "" });
    expect(record).toMatchObject({ resourceCount: 1, outputs: { url: "x", key: { secret: true } } });
    expect((await backend.call("GET", `${stack}/export/1`)).body.deployment.resources).toHaveLength(1);
    expect((await backend.call("GET", `${stack}/export/2`)).status).toBe(404);
  });

  test("holds the stack alone; a preview does not", async () => {
    const stack = await client.makeStack();
    await client.start(stack, { dryRun: true });
    const first = await client.start(stack);
    expect((await client.begin(stack)).answer).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining("pulumi cancel") },
    });
    expect((await client.begin(stack, { dryRun: true })).answer.status).toBe(200);
    expect((await backend.call("DELETE", `${stack}?force=true`)).status).toBe(409);
    await first.complete();
    expect((await client.begin(stack)).answer.status).toBe(200);
  });

  test("that is a preview can record no step, by journal or by checkpoint", async () => {
    const stack = await client.makeStack();
    for (const journals of [true, false]) {
      const preview = await client.start(stack, { dryRun: true, journals });
      expect((await preview.journal(begun(1, "creating", thing("a")))).status).toBe(403);
      expect((await preview.checkpoint(deploymentOf(thing("a")))).status).toBe(403);
      expect((await preview.complete()).status).toBe(200);
    }
    expect(await urns(stack)).toEqual([]);
  });

  test("is exported as far as it has come", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await update.journal(begun(1, "creating", thing("a")), succeeded(1, thing("a")), begun(2, "creating", thing("b")));
    const state = await client.exported(stack);
    expect(state.resources).toHaveLength(1);
    expect(state.pending_operations).toMatchObject([{ type: "creating", resource: { urn: thing("b").urn } }]);
  });

  test("completed twice is completed once, with the same answer", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await update.journal(begun(1, "creating", thing("a")), succeeded(1, thing("a")));
    expect((await update.complete()).status).toBe(200);
    expect((await update.complete()).status).toBe(200);
    expect(await urns(stack)).toEqual(["a"]);
  });

  test("of a client that sends checkpoints becomes the next version as well", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack, { journals: false });
    expect((await update.checkpoint(announcing([thing("a"), thing("b")]))).status).toBe(200);
    expect((await update.checkpoint(announcing([thing("b")], thing("a")))).status).toBe(200);
    expect((await update.journal(begun(1, "creating", thing("b")))).status).toBe(403);
    const verbatim = { version: 3, sequenceNumber: 1, untypedDeployment: deploymentOf(thing("a"), thing("b")) };
    expect((await update.send("PATCH", "checkpointverbatim", verbatim)).status).toBe(200);
    await update.complete();
    expect(await urns(stack)).toEqual(["a", "b"]);
  });
});

describe("the lease", () => {
  test("of another stack or update opens nothing", async () => {
    const [one, other] = [await client.makeStack(), await client.makeStack()];
    const [mine, theirs] = [await client.start(one), await client.start(other)];
    for (const path of [theirs.path, `${one}/update/${theirs.id}`, `${other}/update/${mine.id}`]) {
      const body = { entries: [{ version: 1, sequenceID: 1, ...begun(1, "creating", thing("x")) }] };
      const answer = await backend.call("PATCH", `${path}/journalentries`, {
        authorization: `update-token ${mine.token}`,
        body,
      });
      expect(answer.status).toBe(403);
    }
    expect((await backend.call("PATCH", `${mine.path}/journalentries`, { body: {} })).status).toBe(401);
    expect(await urns(other)).toEqual([]);
  });

  test("is fenced by a cancellation: what the client sends from then on is refused and changes nothing", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await update.journal(begun(1, "creating", thing("a")), succeeded(1, thing("a")), begun(2, "creating", thing("b")));
    expect((await backend.call("POST", `${stack}/update/${update.id}/cancel`)).status).toBe(200);
    const answers = [
      await update.journal(succeeded(2, thing("b"))),
      await update.send("POST", "renew_lease", { duration: 300 }),
      await update.send("POST", "events/batch", { events: [{ sequence: 1, timestamp: 1 }] }),
      await update.complete(),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await urns(stack)).toEqual(["a"]);
    expect((await client.exported(stack)).pending_operations).toHaveLength(1);
    expect((await backend.call("GET", `${stack}/updates`)).body.updates).toMatchObject([{ result: "failed" }]);
  });

  test("that ran out is taken over, with the work of its journal, and fenced", async () => {
    const own = await startTestBackend({ leaseSeconds: 300 });
    try {
      const { makeStack, start, exported } = protocolClient(own);
      const stack = await makeStack();
      const dead = await start(stack);
      await dead.journal(begun(1, "creating", thing("a")), succeeded(1, thing("a")));
      own.moveClock(200);
      expect((await dead.send("POST", "renew_lease", { duration: 300 })).status).toBe(200);
      own.moveClock(200);
      expect((await dead.journal(begun(2, "creating", thing("b")), succeeded(2, thing("b")))).status).toBe(200);
      own.moveClock(101);
      expect((await dead.journal(begun(3, "creating", thing("c")))).status).toBe(403);
      const next = await start(stack);
      expect(next.version).toBe(2);
      expect((await exported(stack)).resources).toHaveLength(2);
      expect((await dead.complete()).status).toBe(403);
    } finally {
      await own.close();
    }
  });
});

test("whatever was acknowledged before a cancellation is in the state, however close the two come", async () => {
  for (let round = 0; round < 5; round += 1) {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    const write = async (index: number) => {
      const made = thing(`r${index}`);
      const numbered = (entry: object, place: number) => ({ ...entry, sequenceID: 2 * index + place });
      const answer = await update.journal(
        numbered(begun(index + 1, "creating", made), 1),
        numbered(succeeded(index + 1, made), 2),
      );
      return answer.status === 200 ? [`r${index}`] : [];
    };
    const writes = Array.from({ length: 30 }, (_, index) => write(index));
    await Promise.race(writes);
    const cancelled = backend.call("POST", `${stack}/update/${update.id}/cancel`);
    const acknowledged = (await Promise.all(writes)).flat();
    expect((await cancelled).status).toBe(200);
    expect((await urns(stack)).toSorted()).toEqual(acknowledged.toSorted());
  }
});

describe("a journal", () => {
  const a = thing("a");
  test("takes a repetition for one, and refuses other content under the same number", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    const batch = [
      { ...begun(1, "creating", a), sequenceID: 1 },
      { ...succeeded(1, a), sequenceID: 2 },
    ];
    expect((await update.journal(...batch)).status).toBe(200);
    expect((await update.journal(...batch)).status).toBe(200);
    const other = await update.journal({ ...batch[1], state: { ...a, id: "other" } });
    expect(other).toMatchObject({ status: 400, body: { message: expect.stringContaining("other content") } });
    await update.complete();
    expect(await urns(stack)).toEqual(["a"]);
  });

  test("may come out of order, since the client numbers entries before it sends them", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await update.journal(
      { ...begun(2, "creating", thing("b")), sequenceID: 2 },
      { ...begun(1, "creating", a), sequenceID: 1 },
    );
    await update.journal({ ...succeeded(1, a), sequenceID: 4 }, { ...succeeded(2, thing("b")), sequenceID: 3 });
    expect((await update.complete()).status).toBe(200);
    expect(await urns(stack)).toEqual(["b", "a"]);
  });

  test("with a hole cannot have succeeded: the update fails, and the state holds what came", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await update.journal({ ...begun(1, "creating", a), sequenceID: 1 }, { ...succeeded(1, a), sequenceID: 3 });
    expect(await update.complete()).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("some never arrived") },
    });
    expect(await urns(stack)).toEqual(["a"]);
    expect((await backend.call("GET", `${stack}/updates`)).body.updates).toMatchObject([{ result: "failed" }]);
    expect((await client.begin(stack)).answer.status).toBe(200);
  });

  test.each<[string, Parameters<Awaited<ReturnType<typeof client.start>>["journal"]>]>([
    ["an end without a begin", [succeeded(9, a)]],
    ["a resource of an operation that made none", [begun(1, "deleting", a), { kind: 1, operationID: 1, removeNew: 7 }]],
    ["a second begin of an operation", [begun(1, "creating", a), begun(1, "creating", thing("b"))]],
    ["a second end of an operation", [begun(1, "creating", a), succeeded(1, a), succeeded(1, a)]],
    ["the number 0", [{ ...begun(1, "creating", a), sequenceID: 0 }]],
    ["an unknown kind", [{ kind: 10 }]],
    ["an unknown version", [{ ...begun(1, "creating", a), version: 2 as 1 }]],
    [
      "the same number twice, differently",
      [
        { ...begun(1, "creating", a), sequenceID: 1 },
        { ...begun(2, "creating", a), sequenceID: 1 },
      ],
    ],
    ["a resource without a URN", [begun(1, "creating", { type: "x" } as never)]],
  ])("with %s is refused whole", async (_, entries) => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    const answer = await update.journal(...entries);
    expect(answer.status).toBe(400);
    const stored = await backend.database.db
      .selectFrom("journalEntries")
      .select("sequence")
      .where("updateId", "=", update.id)
      .execute();
    expect(stored).toEqual([]);
  });

  test("is stored with nothing of it readable", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    const secretive = thing("visible-name", { motto: "visible-value" });
    await update.journal(begun(1, "creating", secretive), succeeded(1, secretive));
    await update.send("POST", "events/batch", {
      events: [{ sequence: 1, timestamp: 1, diagnosticEvent: { message: "visible-word", severity: "info" } }],
    });
    const nothingReadable = async (...tables: readonly ("journalEntries" | "checkpoints" | "engineEvents")[]) => {
      for (const table of tables) {
        const rows = await backend.database.db.selectFrom(table).selectAll().execute();
        expect(rows.length).toBeGreaterThan(0);
        for (const row of rows) expect(row.sealed.toString("latin1")).not.toMatch(/visible/);
      }
    };
    await nothingReadable("journalEntries", "engineEvents");
    await update.complete();
    await nothingReadable("checkpoints");
  });
});
