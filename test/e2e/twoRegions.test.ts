import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listAll, sandboxResources } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

const script = path.resolve(import.meta.dirname, "../../docs/two-regions.sh");

test("the script of docs/two-regions.md builds a whole game in two regions, moves it to green, and leaves nothing", async () => {
  const { PATH = "", HOME = "" } = process.env;
  const run = spawn("bash", [script], {
    env: {
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${PATH}`,
      HOME,
      MERIDIAN_URL: service.url,
      MERIDIAN_KEY: service.adminKey,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [run.stdout, run.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
  const [code] = await once(run, "exit");
  expect(code, said.slice(-6_000)).toBe(0);
  expect(said).toContain("eu-west-1: 100 % of new players meet green");
  expect(said).toContain("us-east-1: 100 % of new players meet green");
  expect(said).toContain("has-dependents");
  expect(said).toContain("0 stacks, 0 things in the simulated cloud");

  const rollouts = await listAll<{ stackSet: string; kind: string; status: string }>(service, "/v1/rollouts");
  expect(new Set(rollouts.map(({ status }) => status))).toEqual(new Set(["succeeded"]));
  const began = await orderOf("create", "eu-west-1");
  const went = await orderOf("delete", "eu-west-1");
  for (const [first, then] of needs) {
    expect(began.get(first)?.last, `${first} before ${then}`).toBeLessThan(began.get(then)?.first ?? 0);
    expect(went.get(then)?.last, `${then} gone before ${first}`).toBeLessThan(went.get(first)?.first ?? 0);
  }
  expect(await sandboxResources(service)).toEqual([]);
}, 900_000);

/** What must be there before what. */
const needs = [
  ["network", "game"],
  ["telemetry", "game"],
  ["telemetry", "events"],
  ["game", "watch"],
  ["events", "watch"],
] as const;

/** By stack set, between which calls the cloud made or removed what it has in a region. */
async function orderOf(operation: string, region: string) {
  const entries = await listAll<{ seq: number; stack: string; preview: boolean; type: string }>(
    service,
    `/v1/sandbox/ledger?operation=${operation}`,
  );
  const spans = new Map<string, { first: number; last: number }>();
  for (const { seq, stack, preview, type } of entries) {
    const [, name, , at] = /^meridian\/([^.]+)\.([^.]+)\.(.+)$/.exec(stack) ?? [];
    if (preview || name === undefined || at !== region || type.startsWith("random:")) continue;
    spans.set(name, { first: spans.get(name)?.first ?? seq, last: seq });
  }
  return spans;
}
