import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deploymentOf, protocolClient, thing } from "./support/protocolClient.ts";
import { keys, startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  backend = await startTestBackend({ bodyLimit: 200_000 });
  client = protocolClient(backend);
});
afterAll(() => backend.close());

const urns = async (stack: string) =>
  ((await client.exported(stack)).resources ?? []).map(({ urn }: { urn: string }) => urn.split("::").at(-1));

describe("requests that are not in order", () => {
  test.each<[string, number, string, string, object]>([
    ["no key", 401, "GET", "/api/user", { authorization: "" }],
    ["a wrong key", 401, "GET", "/api/user", { key: "mk_nobody" }],
    ["JSON that is none", 400, "POST", `/api/stacks/${TEAM}/game`, { raw: Buffer.from("{") }],
    [
      "gzip that is none",
      400,
      "POST",
      `/api/stacks/${TEAM}/game`,
      { raw: Buffer.from("{}"), headers: { "content-encoding": "gzip" } },
    ],
    [
      "another encoding",
      415,
      "POST",
      `/api/stacks/${TEAM}/game`,
      { raw: Buffer.from("{}"), headers: { "content-encoding": "br" } },
    ],
    ["a body over the limit", 413, "POST", `/api/stacks/${TEAM}/game`, { body: { stackName: "x".repeat(200_001) } }],
    [
      "a body over the limit once unpacked",
      413,
      "POST",
      `/api/stacks/${TEAM}/game`,
      { raw: gzipSync(`"${"x".repeat(300_000)}"`), headers: { "content-encoding": "gzip" } },
    ],
    ["a list for a body", 400, "POST", `/api/stacks/${TEAM}/game`, { body: [] }],
    ["a stack without a name", 400, "POST", `/api/stacks/${TEAM}/game`, { body: {} }],
    ["a name with a slash", 400, "POST", `/api/stacks/${TEAM}/game`, { body: { stackName: "a/b" } }],
    ["a stack that is not there", 404, "GET", `/api/stacks/${TEAM}/game/none`, {}],
    [
      "an organization that is not there",
      404,
      "POST",
      "/api/stacks/nobody/game",
      { key: keys.admin, body: { stackName: "a" } },
    ],
    ["another team's organization", 404, "POST", "/api/stacks/rival/game", { body: { stackName: "a" } }],
    ["a role too low", 403, "POST", `/api/stacks/${TEAM}/game`, { key: keys.viewer, body: { stackName: "a" } }],
    ["what only Pulumi's own service has", 501, "POST", "/api/orgs/studio/policypacks", { body: {} }],
  ])("%s gets %i", async (_, status, method, path, options) => {
    const answer = await backend.call(method, path, options);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ code: status, message: expect.any(String) });
  });
});

test("a project exists once a stack of it does", async () => {
  const head = (project: string) => backend.call("HEAD", `/api/stacks/${TEAM}/${project}`);
  expect((await head("project-x")).status).toBe(404);
  await backend.call("POST", `/api/stacks/${TEAM}/project-x`, { body: { stackName: "dev" } });
  expect((await head("project-x")).status).toBe(200);
});

test("a stack of the same name is refused in the words that the CLI knows", async () => {
  await client.makeStack("twice");
  const again = await backend.call("POST", `/api/stacks/${TEAM}/game`, { body: { stackName: "twice" } });
  expect(again).toMatchObject({ status: 409, body: { code: 409, message: expect.stringContaining("already exists") } });
});

test("what another team owns does not exist for a stranger, in lists neither", async () => {
  const stack = await client.makeStack();
  for (const [method, path] of [
    ["GET", stack],
    ["GET", `${stack}/export`],
    ["POST", `${stack}/update`],
    ["DELETE", stack],
    ["POST", `${stack}/decrypt`],
  ] as const)
    expect(
      (await backend.call(method, path, { key: keys.stranger, ...(method === "POST" && { body: {} }) })).status,
    ).toBe(404);
  expect((await backend.call("GET", "/api/user/stacks", { key: keys.stranger })).body).toEqual({ stacks: [] });
  expect((await backend.call("GET", `/api/user/stacks?organization=${TEAM}`, { key: keys.stranger })).body).toEqual({
    stacks: [],
  });
});

describe("secrets", () => {
  const b64 = (text: string) => Buffer.from(text).toString("base64");

  test("are opened for the stack that they were sealed for, one by one and in batches", async () => {
    const stack = await client.makeStack();
    const { ciphertext } = (await backend.call("POST", `${stack}/encrypt`, { body: { plaintext: b64("hush") } })).body;
    expect(ciphertext).not.toContain(b64("hush"));
    expect((await backend.call("POST", `${stack}/decrypt`, { body: { ciphertext } })).body).toEqual({
      plaintext: b64("hush"),
    });
    const { ciphertexts } = (
      await backend.call("POST", `${stack}/batch-encrypt`, { body: { plaintexts: [b64("a"), b64("")] } })
    ).body;
    const { plaintexts } = (await backend.call("POST", `${stack}/batch-decrypt`, { body: { ciphertexts } })).body;
    expect(ciphertexts.map((each: string) => plaintexts[each])).toEqual([b64("a"), b64("")]);
  });

  test("are refused to another stack and to a viewer", async () => {
    const [one, other] = [await client.makeStack(), await client.makeStack()];
    const { ciphertext } = (await backend.call("POST", `${one}/encrypt`, { body: { plaintext: b64("hush") } })).body;
    expect((await backend.call("POST", `${other}/decrypt`, { body: { ciphertext } })).status).toBe(400);
    expect((await backend.call("POST", `${one}/decrypt`, { key: keys.viewer, body: { ciphertext } })).status).toBe(403);
  });
});

test("tags of the service can be neither set nor changed nor dropped by a client", async () => {
  const stack = await client.makeStack();
  const tag = (tags: object) => backend.call("PATCH", `${stack}/tags`, { body: tags });
  expect((await tag({ team: "blue" })).status).toBe(200);
  expect((await tag({ "meridian:environment": "development" })).status).toBe(403);
  const found = await backend.state.findStack({ team: TEAM, project: "game", name: stack.split("/").at(-1) ?? "" });
  await backend.database.db
    .updateTable("stacks")
    .set({ tags: JSON.stringify({ "meridian:environment": "production" }) })
    .where("id", "=", found?.id ?? "")
    .execute();
  expect((await tag({ "meridian:environment": "development" })).status).toBe(403);
  expect((await tag({ team: "red" })).status).toBe(200);
  expect((await backend.call("GET", stack)).body.tags).toEqual({ team: "red", "meridian:environment": "production" });
  const { answer } = await client.begin(stack);
  expect(answer.status).toBe(200);
  expect((await backend.call("GET", stack)).body.tags).toEqual({ "meridian:environment": "production" });
});

describe("removing and renaming", () => {
  test("a stack with resources is refused in the words that the CLI knows, unless forced", async () => {
    const stack = await client.makeStack();
    await backend.call("POST", `${stack}/import`, { body: deploymentOf(thing("a")) });
    const refused = await backend.call("DELETE", stack);
    expect(refused).toMatchObject({ status: 400, body: { message: "Bad Request: Stack still contains resources." } });
    expect((await backend.call("DELETE", `${stack}?force=true`)).status).toBe(200);
    expect((await backend.call("GET", stack)).status).toBe(404);
  });

  test("a stack keeps its state and secrets under a new name, which must be free", async () => {
    const [stack, taken] = [await client.makeStack(), await client.makeStack()];
    await backend.call("POST", `${stack}/import`, { body: deploymentOf(thing("a")) });
    const rename = (newName: string) => backend.call("POST", `${stack}/rename`, { body: { newName, newProject: "" } });
    expect((await rename(taken.split("/").at(-1) ?? "")).status).toBe(409);
    expect((await rename("renamed")).status).toBe(200);
    expect(await urns(`/api/stacks/${TEAM}/game/renamed`)).toEqual(["a"]);
  });
});

test("a viewer may preview and read, and change nothing", async () => {
  const stack = await client.makeStack();
  const { key } = { key: keys.viewer };
  expect((await client.begin(stack, { key, dryRun: true })).answer.status).toBe(200);
  expect((await client.begin(stack, { key })).answer).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining('"change"') },
  });
  expect((await backend.call("GET", `${stack}/export`, { key })).status).toBe(200);
  for (const [method, path] of [
    ["POST", `${stack}/import`],
    ["PATCH", `${stack}/tags`],
    ["DELETE", stack],
    ["POST", `${stack}/rename`],
  ] as const)
    expect((await backend.call(method, path, { key, body: {} })).status).toBe(403);
});
