import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isDatabaseAway } from "../../api/db/databaseAway.ts";
import { outlast } from "../../api/state/protocol/outlast.ts";
import { type CuttableDatabase, cuttableDatabase } from "./support/cuttableDatabase.ts";
import { begun, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { setUpLaptop } from "./support/pulumiCli.ts";
import { keys, startTestBackend, type TestBackend } from "./support/testBackend.ts";
import { startTestProvider } from "./support/testProvider.ts";

/** Each command of the CLI is a process; a dozen of them take a minute where other suites run beside this one. */
vi.setConfig({ testTimeout: 240_000 });
/** A line that is mended has to be found again. */
const AGAIN = { timeout: 10_000, interval: 50 };

let line: CuttableDatabase;
let backend: TestBackend;
beforeEach(async () => {
  line = await cuttableDatabase({ silenceMs: 300 });
});
afterEach(async () => {
  await backend.close();
  await line.close();
});

const open = async (given: number | { limit: number; limitOnce: number }) => {
  const limits = typeof given === "number" ? { limit: given, limitOnce: given } : given;
  backend = await startTestBackend({ database: line.database, patience: { ...limits, pause: 20 } });
  return protocolClient(backend);
};
const tried = (times: number) =>
  vi.waitFor(() => expect(line.tries()).toBeGreaterThanOrEqual(times), { timeout: 10_000, interval: 10 });

test("every write of a running update is held while the database is away, and done once it is back", async () => {
  const client = await open(30_000);
  const stack = await client.makeStack();
  const update = await client.start(stack);
  const a = thing("a");
  const held = async (send: () => Promise<{ status: number }>) => {
    line.cut();
    const answer = send();
    await tried(2);
    line.mend();
    expect((await answer).status).toBe(200);
  };
  await held(() => update.journal(begun(1, "creating", a), succeeded(1, a)));
  await held(() => update.send("POST", "renew_lease", { duration: 300 }));
  await held(() => update.send("POST", "events/batch", { events: [{ sequence: 1, timestamp: 1 }] }));
  await held(() => update.complete());
  await held(() => backend.call("GET", `${stack}/export`));
  expect((await client.exported(stack)).resources).toHaveLength(1);
});

test("an update can be started across an outage, with the token it was given", async () => {
  const client = await open(30_000);
  const stack = await client.makeStack();
  line.cut();
  const starting = client.begin(stack);
  await tried(2);
  line.mend();
  expect((await starting).answer.status).toBe(200);
});

test("a server that vanishes without a word is noticed, and what it was asked is done by its successor", async () => {
  const client = await open(30_000);
  const stack = await client.makeStack();
  const update = await client.start(stack);
  line.freeze();
  const answer = update.journal(begun(1, "creating", thing("a")), succeeded(1, thing("a")));
  await tried(2);
  line.mend();
  expect((await answer).status).toBe(200);
  expect((await client.exported(stack)).resources).toHaveLength(1);
});

test("a request that its client sends only once is held for longer than one that is repeated", async () => {
  const client = await open({ limit: 50, limitOnce: 30_000 });
  const stack = await client.makeStack();
  line.cut();
  const creating = client.create(stack, {});
  expect((await backend.call("GET", stack)).status).toBe(429);
  await tried(10);
  line.mend();
  expect((await creating).status).toBe(200);
});

test("a database that stays away is answered 429 with the time to come again, never 5xx", async () => {
  const client = await open(100);
  const update = await client.start(await client.makeStack());
  line.cut();
  const answer = await update.journal(begun(1, "creating", thing("a")));
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  line.mend();
  const again = async () => (await update.journal({ ...begun(1, "creating", thing("a")), sequenceID: 1 })).status;
  await vi.waitFor(async () => expect(await again()).toBe(200), AGAIN);
});

test("a connection that breaks inside a transaction ends no process", async () => {
  const client = await open(100);
  const stack = await client.makeStack();
  const broken = line.database.db.transaction().execute(async (tx) => {
    await tx.selectFrom("stacks").selectAll().execute();
    line.cut();
    expect((await backend.call("GET", stack)).status).toBe(429); // by now the break has been noticed
    await tx.selectFrom("stacks").selectAll().execute();
  });
  await expect(broken).rejects.toSatisfy(isDatabaseAway);
  line.mend();
  await vi.waitFor(async () => expect((await client.begin(stack)).answer.status).toBe(200), AGAIN); // a new line takes its time
});

test("only a database that is away is waited for", async () => {
  await open(100);
  const patience = { limit: 1_000, pause: 1 };
  let tries = 0;
  const failing = (error: unknown) => async () => {
    tries += 1;
    throw error;
  };
  await expect(outlast(failing(new Error("no such column")), patience)).rejects.toThrow("no such column");
  expect(tries).toBe(1);
});

test("an up goes through an outage of the database to exit 0, with nothing lost", async () => {
  await open(30_000);
  const provider = await startTestProvider();
  const laptop = await setUpLaptop({ url: backend.url, key: keys.operator, providerPort: provider.port });
  try {
    await laptop.program(`
const a = Thing("a", "test:index:Thing", { size: 1 });
const b = Thing("b", "test:index:Thing", { size: 2 }, { dependsOn: [a] });
Thing("c", "test:index:Thing", { size: 3 }, { dependsOn: [b] });`);
    expect((await laptop.run(["stack", "init", "dev"])).code).toBe(0);
    provider.hold("::b");
    const up = laptop.start(["up", "--yes", "--skip-preview", "-s", "dev"]);
    await vi.waitFor(() => expect(provider.calls.some(({ urn }) => urn.endsWith("::b"))).toBe(true), {
      timeout: 30_000,
    });
    line.cut();
    provider.release();
    await tried(3);
    line.mend();
    const { code, output } = await up.ended;
    expect(`${output}\nexit ${code}`).toContain("exit 0");
    expect(provider.calls.filter(({ method }) => method === "create")).toHaveLength(3);
    const { deployment } = JSON.parse((await laptop.run(["stack", "export", "-s", "dev"])).stdout);
    expect(deployment.resources.filter(({ type }: { type: string }) => type === "test:index:Thing")).toHaveLength(3);
    expect(deployment.pending_operations ?? []).toEqual([]);
  } finally {
    await laptop.close();
    provider.stop();
  }
});
