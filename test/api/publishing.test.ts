import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patternSchema } from "../support/patternSchema.ts";
import { manifestWith, teamFolder } from "../support/teamArtefact.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
let key: string;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("operator");
  admin = await api.keyFor("admin");
});
afterAll(() => api.close());

const publish = (body: Record<string, unknown>, as = key) => api.send("POST", "/v1/blueprints", { key: as, body });
const git = { kind: "git", url: "https://git.example/pets.git", commit: "c".repeat(40) };

test("a published blueprint is shown with who published what from where, and again when it is sent again", async () => {
  const { archive, digest } = teamFolder();
  const reply = await publish({ archive, digest, from: git });
  expect(reply.status).toBe(201);
  expect(reply.headers.get("location")).toBe(`/v1/blueprints/pets/versions/${digest}`);
  expect(reply.body).toMatchObject({
    name: "pets",
    digest,
    team: "default",
    version: "1.0.0",
    inputs: { properties: { words: { default: 2 } } },
    notes: "# Pets\n",
    publishedBy: "operator of default",
    publishedFrom: git,
  });
  expect(await publish({ archive, from: git })).toMatchObject({ status: 200, body: { digest } });
  const shown = await api.send("GET", `/v1/blueprints/pets/versions/${digest}`, { key });
  expect(shown.body).toEqual(reply.body);
  const { body } = await api.send("GET", "/v1/audit-log", { key: admin });
  expect(body.items).toContainEqual(
    expect.objectContaining({ action: "blueprint.publish", team: "default", details: { digest, from: git } }),
  );
});

test("artefacts of one name stand side by side: the newest is the present one, the others can be named", async () => {
  const [one, two] = [teamFolder({}, { name: "twins" }), teamFolder({}, { name: "twins", version: "2.0.0" })];
  await publish({ archive: one.archive });
  await publish({ archive: two.archive });
  const { body } = await api.send("GET", "/v1/blueprints/twins", { key });
  expect(body).toMatchObject({ version: "2.0.0", digest: two.digest });
  const first = await api.send("GET", "/v1/blueprints/twins/versions?pageSize=1", { key });
  expect(first.body.items).toEqual([body]);
  const rest = await api.send("GET", `/v1/blueprints/twins/versions?pageToken=${first.body.nextPageToken}`, { key });
  expect(rest.body).toMatchObject({ items: [{ digest: one.digest, version: "1.0.0" }] });
  expect(rest.body.nextPageToken).toBeUndefined();
  const list = await api.send("GET", "/v1/blueprints", { key });
  expect(list.body.items.filter(({ name }: { name: string }) => name === "twins")).toEqual([body]);
});

test("a team's blueprint does not exist for another team, which may have one of the same name", async () => {
  const { archive, digest } = teamFolder({}, { name: "hidden" });
  await publish({ archive });
  const other = await api.keyFor("operator", "rivals");
  for (const path of ["hidden", "hidden/versions", `hidden/versions/${digest}`]) {
    expectProblem(await api.send("GET", `/v1/blueprints/${path}`, { key: other }), "not-found");
  }
  const { body } = await api.send("GET", "/v1/blueprints", { key: other });
  expect(body.items.map(({ name }: { name: string }) => name)).toEqual(["arena"]);
  const refused = await api.send("POST", "/v1/stack-sets", {
    key: other,
    body: { name: "theirs", blueprint: "hidden", regions: ["eu-west-1"] },
  });
  expectProblem(refused, "invalid-request");
  expect(refused.body.errors).toEqual([
    { pointer: "/blueprint", detail: 'There is no blueprint "hidden". There is arena.' },
  ]);
  const own = await publish({ archive: teamFolder({}, { name: "hidden", prefix: "b" }).archive }, other);
  expect(own).toMatchObject({ status: 201, body: { team: "rivals" } });
});

test("an admin publishes for everyone; a team may not, nor take a name that comes with the service", async () => {
  const { archive } = teamFolder({}, { name: "commons" });
  expectProblem(await publish({ archive, everyone: true }), "forbidden");
  const reply = await publish({ archive, everyone: true }, admin);
  expect(reply.body.team).toBeUndefined();
  const other = await api.keyFor("viewer", "onlookers");
  expect((await api.send("GET", "/v1/blueprints/commons", { key: other })).status).toBe(200);
  expectProblem(await publish({ archive: teamFolder({}, { name: "commons", prefix: "b" }).archive }), "already-exists");
  expectProblem(
    await publish({ archive: teamFolder({}, { name: "arena" }).archive, everyone: true }, admin),
    "already-exists",
  );
  const viewer = await api.keyFor("viewer");
  expectProblem(await publish({ archive }, viewer), "forbidden");
});

test.each([
  ["a digest of something else", {}, { digest: "sha256:0000" }, "/digest", /holds the artefact sha256:/],
  ["an archive that is none", {}, { archive: "aGVsbG8=" }, "/archive", /no gzipped tar/],
  ["an archive that is not in base64", {}, { archive: "?" }, "/archive", /base64/],
  ["no blueprint.json", { "blueprint.json": undefined }, {}, "/archive", /^blueprint\.json: it is missing/],
  ["no lock", { "package-lock.json": undefined }, {}, "/archive", /^package-lock\.json: it is missing/],
  [
    "a lock that takes a package from elsewhere",
    { "package-lock.json": elsewhere() },
    {},
    "/archive",
    /comes from git/,
  ],
  ["no notes", { "notes.md": undefined }, {}, "/archive", /^notes\.md: it is missing/],
  ["notes of another version", { "notes.md": notesOf("9.9.9") }, {}, "/archive", /pets 9\.9\.9.*make them agree/],
  [
    "no schema",
    { "blueprint.json": manifestWith({ inputs: undefined }) },
    {},
    "/archive",
    /^blueprint\.json: \/inputs/,
  ],
  ["a schema that does not compile", schema({ type: "object", properties: 7 }), {}, "/archive", /no JSON Schema/],
  ["a schema with a pattern that does not compile", schema(patternSchema("(")), {}, "/archive", /no JSON Schema/],
  [
    "a schema that refers to another place",
    schema({ type: "object", $ref: "https://x.example/s" }),
    {},
    "/archive",
    /no JSON Schema/,
  ],
  [
    "an example that does not fit",
    { "blueprint.json": manifestWith({ example: { words: 0 } }) },
    {},
    "/archive",
    /\/example\/words does not fit/,
  ],
  ["a program that is not there", { "program.ts": undefined }, {}, "/archive", /no file program\.ts/],
  [
    "a name that is none",
    { "blueprint.json": manifestWith({ name: "Pets!" }) },
    {},
    "/archive",
    /\/name: give 3 to 40/,
  ],
  [
    "an address with a password",
    {},
    { from: { ...git, url: "https://me:secret@git.example/x" } },
    "/from/url",
    /Take the password or token out/,
  ],
  [
    "an address with a token",
    {},
    { from: { ...git, url: "https://ghp_token@git.example/x" } },
    "/from/url",
    /Take the password or token out/,
  ],
  ["text that cannot be stored", { "diagram.mmd": "graph\0TD" }, {}, "/archive", /\/diagram: The text has a NUL/],
  [
    "a schema that is nested without end",
    { "blueprint.json": nested() },
    {},
    "/archive",
    /^blueprint\.json: .*nested deeper than 64/,
  ],
  ["notes as long as a book", { "notes.md": "x".repeat(200_000) }, {}, "/archive", /at most 131072 are shown/],
])("%s is refused with what to do, and nothing is stored", async (_, files, body, pointer, detail) => {
  const before = await api.db.selectFrom("blueprintArtefacts").select("digest").execute();
  const reply = await publish({ archive: teamFolder(files, { prefix: "refused" }).archive, ...body });
  expectProblem(reply, "invalid-request");
  expect(reply.body.errors).toContainEqual({ pointer, detail: expect.stringMatching(detail) });
  expect(await api.db.selectFrom("blueprintArtefacts").select("digest").execute()).toEqual(before);
});

test("a list's token that it never gave is refused, not failed over", async () => {
  const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const { archive } = teamFolder({}, { name: "tokens" });
  await publish({ archive });
  for (const path of [
    `/v1/blueprints/tokens/versions?pageToken=${token(["yesterday", "x"])}`,
    `/v1/blueprints/tokens/versions?pageToken=${token(["2026-01-01T00:00:00.000Z", "\0"])}`,
    `/v1/blueprints?pageToken=${token("\0")}`,
  ]) {
    expectProblem(await api.send("GET", path, { key }), "invalid-request");
  }
});

test("artefacts that were published in one millisecond are each on one page", async () => {
  const folders = ["a", "b", "c"].map((prefix) => teamFolder({}, { name: "triplets", prefix }));
  for (const { archive } of folders) await publish({ archive });
  for (const [index, { digest }] of folders.entries()) {
    const publishedAt = `2026-01-01T00:00:00.00000${index + 1}Z`;
    const change = { publishedAt: sql<Date>`${publishedAt}::timestamptz` };
    await api.db.updateTable("blueprintPublications").set(change).where("digest", "=", digest).execute();
  }
  const seen: string[] = [];
  for (let token = ""; token !== undefined; ) {
    const more = token === "" ? "" : `&pageToken=${token}`;
    const { body } = await api.send("GET", `/v1/blueprints/triplets/versions?pageSize=1${more}`, { key });
    seen.push(...body.items.map(({ digest }: { digest: string }) => digest));
    token = body.nextPageToken;
  }
  expect(seen.toSorted()).toEqual(folders.map(({ digest }) => digest).toSorted());
});

test("a stack set stays on its artefact until it is asked to move, and its inputs are held against that one", async () => {
  const one = teamFolder({}, { name: "movers" });
  const two = teamFolder({ "blueprint.json": wider("movers") }, { name: "movers", prefix: "b" });
  await publish({ archive: one.archive });
  const body = { name: "moving", blueprint: "movers", regions: ["eu-west-1"], inputs: {} };
  await api.send("POST", "/v1/stack-sets", { key, body });
  const show = async () => (await api.send("GET", "/v1/stack-sets/moving", { key })).body;
  const patch = async (change: unknown) => {
    api.rollouts.finish();
    const headers = { "if-match": `"${(await show()).generation}"` };
    return api.send("PATCH", "/v1/stack-sets/moving", { key, headers, body: change });
  };
  expect(await show()).toMatchObject({ blueprintDigest: one.digest, inputs: { words: 2 } });

  await publish({ archive: two.archive });
  expect((await patch({ inputs: { words: 3 } })).status).toBe(202);
  expect(await show()).toMatchObject({ blueprintDigest: one.digest, inputs: { words: 3 } });
  expect((await patch({ inputs: { colour: "red" } })).body.errors).toEqual([
    { pointer: "/inputs/colour", detail: "There is no such input. Remove it." },
  ]);

  expect((await patch({ blueprintDigest: "latest" })).status).toBe(202);
  expect(await show()).toMatchObject({ blueprintDigest: two.digest, inputs: { words: 3, colour: "grey" } });
  expect((await patch({ blueprintDigest: one.digest })).status).toBe(202);
  expect(await show()).toMatchObject({ blueprintDigest: one.digest, inputs: { words: 3 } });
  expect((await patch({ blueprintDigest: "sha256:absent" })).body.errors).toEqual([
    { pointer: "/blueprintDigest", detail: expect.stringContaining("GET /v1/blueprints/movers/versions") },
  ]);
});

function nested(): string {
  const deep = `${'{"not":'.repeat(5_000)}{}${"}".repeat(5_000)}`;
  return manifestWith({ inputs: { type: "object", not: "deep" } }).replace('"deep"', deep);
}

function schema(inputs: unknown) {
  return { "blueprint.json": manifestWith({ inputs }) };
}

function notesOf(version: string): string {
  return `---\nblueprint: pets\nversion: ${version}\nobjectives: []\nalarms: []\n---\n`;
}

function elsewhere(): string {
  const resolved = "git+ssh://git@host/x.git";
  const packages = { "node_modules/x": { version: "1.0.0", integrity: "sha512-x", resolved } };
  return JSON.stringify({ lockfileVersion: 3, packages });
}

/** One input more, with a default. */
function wider(name: string): string {
  const properties = { words: { type: "integer", default: 2 }, colour: { type: "string", default: "grey" } };
  return manifestWith({ name, inputs: { type: "object", properties, additionalProperties: false } });
}
