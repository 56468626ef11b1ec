import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createCredentialSource } from "../../api/targets/credentialSource.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

let api: Harness;
let admin: string;
let viewer: string;
beforeAll(async () => {
  api = await startApi();
  admin = await api.keyFor("admin");
  viewer = await api.keyFor("viewer");
});
afterAll(() => api.close());

let count = 0;
beforeEach(() => {
  count += 1;
});

const valid = () => ({
  name: `target-${count}`,
  cloud: "sandbox",
  account: "222222222222",
  environment: "development",
  regions: ["eu-west-1", "us-east-1"],
});
const create = (change: Record<string, unknown> = {}) =>
  api.send("POST", "/v1/targets", { key: admin, body: { ...valid(), ...change } });
const path = () => `/v1/targets/target-${count}`;
const patch = (body: unknown, tag = '"1"') =>
  api.send("PATCH", path(), { key: admin, body, headers: { "if-match": tag } });

test("the sandbox is there without anybody making it, and cannot be removed", async () => {
  const { body } = await api.send("GET", "/v1/targets/sandbox", { key: viewer });
  expect(body).toMatchObject({
    cloud: "sandbox",
    account: "000000000000",
    environment: "development",
    doors: ["service", "cli"],
    credentials: { source: "none" },
  });
  expect(body.regions).toContain("eu-west-1");
  expectProblem(await api.send("DELETE", "/v1/targets/sandbox", { key: admin }), "invalid-transition");
});

test("switched off, the sandbox and every target of its cloud exist for nobody", async () => {
  const off = await startApi({ sandbox: false });
  try {
    const key = await off.keyFor("admin");
    const made = await off.send("POST", "/v1/targets", { key, body: { ...valid(), cloud: "aws" } });
    expect(made.status).toBe(201);
    const sandboxes = await off.send("GET", "/v1/targets", { key });
    expect(sandboxes.body.items.map((target: { cloud: string }) => target.cloud)).toEqual(["aws"]);
    expectProblem(await off.send("GET", "/v1/targets/sandbox", { key }), "not-found");
    const refused = await off.send("POST", "/v1/stack-sets", { key, body: launch });
    expect(expectProblem(refused, "invalid-request")).toEqual(["/target"]);
    const useless = await off.send("POST", "/v1/targets", { key, body: { ...valid(), name: "useless" } });
    expect(expectProblem(useless, "invalid-request")).toEqual(["/cloud"]);
  } finally {
    await off.close();
  }
});

test("an admin adds a target; its doors and credentials are the closed ones unless said otherwise", async () => {
  const made = await create();
  expect(made.status).toBe(201);
  expect(made.headers.get("location")).toBe(path());
  expect(made.headers.get("etag")).toBe('"1"');
  expect(made.body).toMatchObject({ doors: ["service", "cli"], credentials: { source: "none" } });
  const production = await create({ name: `prod-${count}`, environment: "production", cloud: "aws" });
  expect(production.body).toMatchObject({ doors: ["service"], credentials: { source: "ambient" } });
  expectProblem(await create(), "already-exists");
});

test.each([
  ["an unknown cloud", { cloud: "azure" }, "/cloud"],
  ["an account of eleven digits", { account: "12345678901" }, "/account"],
  ["an account that is a number", { account: 222222222222 }, "/account"],
  ["an unknown environment", { environment: "prod" }, "/environment"],
  ["no region", { regions: [] }, "/regions"],
  ["a region twice", { regions: ["eu-west-1", "eu-west-1"] }, "/regions/1"],
  ["no door", { doors: [] }, "/doors"],
  ["an unknown door", { doors: ["window"] }, "/doors/0"],
  ["a door twice", { doors: ["cli", "cli"] }, "/doors"],
  ["credentials for the sandbox", { credentials: { source: "ambient" } }, "/credentials/source"],
  ["no credentials for AWS", { cloud: "aws", credentials: { source: "none" } }, "/credentials/source"],
  [
    "credentials in clear",
    { cloud: "aws", credentials: { source: "ambient", secretKey: "x" } },
    "/credentials/secretKey",
  ],
  ["an unknown member", { owner: "me" }, "/owner"],
])("a target with %s is refused", async (_what, change, pointer) => {
  expect(expectProblem(await create(change), "invalid-request")).toEqual([pointer]);
});

test("regions, doors and credentials can be changed, and nothing else", async () => {
  await create({ cloud: "aws" });
  const changed = await patch({ doors: ["service"], credentials: { source: "ambient", profile: "game" } });
  expect(changed.status).toBe(200);
  expect(changed.headers.get("etag")).toBe('"2"');
  expect(changed.body).toMatchObject({ generation: 2, regions: valid().regions, credentials: { profile: "game" } });
  expectProblem(await patch({ doors: ["cli"] }), "precondition-failed");
  for (const member of ["environment", "account", "cloud", "name"]) {
    expect(expectProblem(await patch({ [member]: "x" }, '"2"'), "invalid-request")).toEqual([`/${member}`]);
  }
});

test("a region that stack sets are in stays allowed, and the target stays while they use it", async () => {
  await create();
  const body = { ...launch, name: `user-${count}`, target: `target-${count}` };
  expect((await api.send("POST", "/v1/stack-sets", { key: admin, body })).status).toBe(202);
  const lost = await patch({ regions: ["us-east-1"] });
  expectProblem(lost, "invalid-transition");
  expect(lost.body.regions).toEqual(["eu-west-1"]);
  expect((await patch({ regions: ["eu-west-1"] })).status).toBe(200);
  const used = await api.send("DELETE", path(), { key: admin });
  expectProblem(used, "invalid-transition");
  expect(used.body.stackSets).toBe(1);
});

test("a target that nothing uses can be removed, once", async () => {
  await create();
  expect((await api.send("DELETE", path(), { key: admin })).status).toBe(204);
  expectProblem(await api.send("DELETE", path(), { key: admin }), "not-found");
});

test("ambient credentials are the AWS variables of the service and nothing else of it", async () => {
  const source = createCredentialSource({
    AWS_ACCESS_KEY_ID: "id",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_CONFIG_FILE: "/etc/aws",
    DATABASE_URL: "postgres://",
    MERIDIAN_MASTER_KEY: "k",
  });
  const ambient = await source.forPhase({ credentials: { source: "ambient" } }, "change");
  expect(ambient).toEqual({ AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_CONFIG_FILE: "/etc/aws" });
  const named = await source.forPhase({ credentials: { source: "ambient", profile: "game" } }, "preview");
  expect(named).toEqual({ AWS_PROFILE: "game", AWS_CONFIG_FILE: "/etc/aws" });
  expect(await source.forPhase({ credentials: { source: "none" } }, "change")).toEqual({});
});
