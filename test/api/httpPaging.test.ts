import { afterAll, beforeAll, expect, test } from "vitest";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

let api: Harness;
let key: string;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("operator");
  admin = await api.keyFor("admin");
  for (const letter of "bdfhjlnprt") await create(letter);
});
afterAll(() => api.close());

const nameOf = (letter: string) => `${letter}-set`;
const create = (letter: string) =>
  api.send("POST", "/v1/stack-sets", {
    key,
    body: { ...launch, name: nameOf(letter), regions: ["eu-west-1", "us-east-1"] },
  });

interface Item {
  readonly name: string;
}

/** Reads a list to its end; `between` runs after each page. */
async function readAll(path: string, pageSize: number, between: () => Promise<unknown> = async () => undefined) {
  const pages: Item[][] = [];
  let token: string | undefined;
  do {
    const more = token === undefined ? "" : `&pageToken=${encodeURIComponent(token)}`;
    const { status, body } = await api.send("GET", `${path}?pageSize=${pageSize}${more}`, { key: admin });
    expect(status).toBe(200);
    pages.push(body.items);
    token = body.nextPageToken;
    if (token !== undefined) await between();
  } while (token !== undefined);
  return pages;
}

test("a list read page by page has everything once and in order, and ends", async () => {
  const pages = await readAll("/v1/stack-sets", 3);
  expect(pages.map((page) => page.length)).toEqual([3, 3, 3, 1]);
  expect(pages.flat().map(({ name }) => name)).toEqual([..."bdfhjlnprt"].map(nameOf));
});

test("a page that is exactly full is the last when nothing follows", async () => {
  expect((await readAll("/v1/stack-sets", 10)).map((page) => page.length)).toEqual([10]);
  expect((await readAll("/v1/stack-sets", 5)).map((page) => page.length)).toEqual([5, 5]);
});

test("without a size a page has at most fifty", async () => {
  const { body } = await api.send("GET", "/v1/stack-sets", { key: admin });
  expect(body.items).toHaveLength(10);
  expect(body).not.toHaveProperty("nextPageToken");
});

test("what comes or goes between two pages neither repeats nor hides what was there all along", async () => {
  const arrivals = [..."acegikmoqsu"];
  const names = (await readAll("/v1/stack-sets", 2, () => create(arrivals.pop() ?? "z")))
    .flat()
    .map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(names.toSorted());
  for (const letter of "bdfhjlnprt") expect(names).toContain(nameOf(letter));
});

test.each(["/v1/stacks", "/v1/audit-log", "/v1/api-keys", "/v1/targets", "/v1/policies", "/v1/blueprints"])(
  "%s read one by one is the same as read at once",
  async (path) => {
    const [atOnce] = await readAll(path, 200);
    const oneByOne = await readAll(path, 1);
    expect(oneByOne.flat()).toEqual(atOnce);
    expect(atOnce?.length).toBeGreaterThan(0);
  },
);

const token = (key: unknown) => Buffer.from(JSON.stringify(key)).toString("base64url");

test.each([
  ["/v1/exemptions", token("\u0000")],
  ["/v1/budgets", token("\ud800\u0000")],
  ["/v1/stacks", token(["\u0000", "a"])],
  ["/v1/blueprints", token("\u0000")],
  ["/v1/game-events", token(["2026-01-01T00:00:00Z", "\u0000"])],
  ["/v1/game-events", token(["soon", "ge_1"])],
])("%s refuses the token %s, which no list gave", async (path, pageToken) => {
  expectProblem(await api.send("GET", `${path}?pageToken=${pageToken}`, { key }), "invalid-request");
});
