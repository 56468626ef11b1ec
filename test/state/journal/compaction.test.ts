import { afterAll, beforeAll, expect, test } from "vitest";
import { begun, protocolClient, succeeded, thing } from "../support/protocolClient.ts";
import { startTestBackend, type TestBackend } from "../support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  backend = await startTestBackend();
  client = protocolClient(backend);
});
afterAll(() => backend.close());

const journalOf = async (update: { readonly id: string }): Promise<number> => {
  const rows = backend.database.db.selectFrom("journalEntries").select("sequence").where("updateId", "=", update.id);
  return (await rows.execute()).length;
};

const make = async (stack: string, name: string) => {
  const update = await client.start(stack);
  await update.journal(begun(1, "creating", thing(name)), succeeded(1, thing(name)));
  return update;
};

/** What version a state is exported under, by the names of its resources. */
const version = async (stack: string, asked: number): Promise<{ status: number; names: string[] }> => {
  const { status, body } = await backend.call("GET", `${stack}/export/${asked}`);
  const urns = (body.deployment?.resources ?? []) as { urn: string }[];
  return { status, names: urns.map(({ urn }) => urn.split("::").at(-1) ?? "").sort() };
};

test("a journal goes when its update has ended, however it ended, and not before", async () => {
  const stack = await client.makeStack();
  const succeeds = await make(stack, "a");
  expect(await journalOf(succeeds)).toBe(2);
  await succeeds.complete();
  expect(await journalOf(succeeds)).toBe(0);

  const fails = await make(stack, "b");
  await fails.complete("failed");
  expect(await journalOf(fails)).toBe(0);

  const cancelled = await make(stack, "c");
  await backend.call("POST", `${cancelled.path}/cancel`);
  expect(await journalOf(cancelled)).toBe(0);
  expect(await version(stack, 3)).toMatchObject({ names: ["a", "b", "c"] });
});

test("every version is exported for ever, also one that recorded nothing and the one under way", async () => {
  const stack = await client.makeStack();
  await (await make(stack, "a")).complete();
  await (await client.start(stack)).complete("failed"); // version 2 says nothing
  for (const name of ["b", "c", "d"]) await (await make(stack, name)).complete();
  const running = await make(stack, "e");
  expect(running.version).toBe(6);
  const all = await Promise.all([1, 2, 3, 4, 5, 6].map((asked) => version(stack, asked)));
  expect(all.map(({ names }) => names.join(""))).toEqual(["a", "a", "ab", "abc", "abcd", "abcde"]);
  for (const never of [0, 7, 2 ** 40]) expect((await version(stack, never)).status).toBe(404);
});

test("a journal with a hole stays for a person to look at, until ten more versions have ended", async () => {
  const stack = await client.makeStack();
  const holed = await client.start(stack);
  await holed.journal(
    { ...begun(1, "creating", thing("a")), sequenceID: 1 },
    { ...succeeded(1, thing("a")), sequenceID: 3 },
  );
  expect((await holed.complete()).status).toBe(400);
  for (let ended = 1; ended <= 9; ended += 1) await (await make(stack, `r${ended}`)).complete();
  expect(await journalOf(holed)).toBe(2);
  await (await make(stack, "r10")).complete();
  expect(await journalOf(holed)).toBe(0);
  expect((await version(stack, 1)).names).toEqual(["a"]);
});
