import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sandboxResources, untilEnded } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { saidByPack, saidByRest } from "./supportVerdicts.ts";

/** Regional stacks have some two hundred resources; on a machine that others use too a command takes up to a minute. */
vi.setConfig({ testTimeout: 600_000 });

const REGION = "eu-west-1";
let service: TestService;
let laptop: Laptop;
let repository: Project;

beforeAll(async () => {
  service = await startTestService();
  const { status } = await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor: 0, callMs: 0 } });
  expect(status).toBe(200);
  laptop = await setUpLaptop(service);
  repository = await laptop.repository();
  await repository.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
});
afterAll(async () => {
  await laptop?.close();
  await service?.close();
});

/** Asks for a stack set in one region and gives its operation when the rollout has ended. */
async function askFor(name: string, inputs: object, target = "sandbox") {
  const created = await service.call("POST", "/v1/stack-sets", {
    body: { name, blueprint: "game-servers", target, regions: [REGION], inputs },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(202);
  const rollout = await untilEnded(service, created.headers.get("location") ?? "", 300_000);
  return (await service.call("GET", `/v1/operations/${rollout.regions[0].operation}`)).body;
}

/** The stack configuration that a person writes by hand; what it leaves out is what the built-in target means. */
async function configure(stackSet: string, inputs: object): Promise<string> {
  const stack = `${stackSet}.sandbox.${REGION}`;
  const lines = [
    "config:",
    `  aws:region: ${REGION}`,
    "  meridian:blueprint: game-servers",
    `  meridian:inputs: '${JSON.stringify(inputs)}'`,
    `  meridian:stackSet: ${stackSet}`,
    "  meridian:target: sandbox",
    "  meridian:owner: default",
    "  meridian:costCentre: default",
  ];
  await writeFile(path.join(repository.folder, "stacks", `Pulumi.${stack}.yaml`), `${lines.join("\n")}\n`);
  return `default/meridian/${stack}`;
}

test("an oversized fleet is refused with the same verdicts by REST, by the stock CLI, and by the pack elsewhere; nothing is made", async () => {
  const oversized = { peakPlayers: 100_000 };
  const operation = await askFor("fleet", oversized);
  expect(operation).toMatchObject({
    status: "policy-denied",
    error: { code: "policy-denied" },
    applied: { create: 0 },
  });
  const verdicts = saidByRest(operation.verdicts);
  expect(verdicts).toContainEqual(
    expect.stringMatching(/^cost-limit-fleets mandatory \S+: scalingConfig\.maxSize is over \d+ machines, the most in/),
  );

  const stack = await configure("fleet", oversized);
  const up = await repository.pulumi(["up", "--yes", "-s", stack]);
  expect(up.exitCode, up.output).not.toBe(0);
  expect(saidByPack(up.output), up.output).toEqual(verdicts);
  expect(up.output).not.toContain("Updating (");

  const files = await laptop.withFiles();
  const elsewhere = `organization/meridian/fleet.sandbox.${REGION}`;
  await repository.ok(["stack", "init", elsewhere], files);
  await repository.ok(["stack", "tag", "set", "-s", elsewhere, "meridian:environment", "development"], files);
  const judged = await repository.pulumi(["up", "--yes", "-s", elsewhere, "--policy-pack", "policies"], files);
  expect(judged.exitCode, judged.output).not.toBe(0);
  expect(saidByPack(judged.output), judged.output).toEqual(verdicts);

  expect(await sandboxResources(service)).toEqual([]);
});

test("a stack made by REST is previewed without a change and changed by the stock CLI, and goes on by REST", async () => {
  expect(await askFor("shared", {})).toMatchObject({ status: "succeeded" });
  const stack = await configure("shared", {});
  const preview = await repository.sandbox(["pulumi", "preview", "--expect-no-changes", "-s", stack]);
  expect(preview.exitCode, preview.output).toBe(0);

  await configure("shared", { activeColour: "green" });
  const up = await repository.ok(["up", "--yes", "--skip-preview", "-s", stack]);
  expect(up.output).toMatch(/~ \d+ updated/);
  expect(up.output).not.toMatch(/\d+ (created|replaced|deleted)/);
  const shown = await service.call("GET", `/v1/stacks/shared.sandbox.${REGION}`);
  expect(shown.body).toMatchObject({ status: "ready", outputs: { activeColour: "green" } });

  const { headers } = await service.call("GET", "/v1/stack-sets/shared");
  const patched = await service.call("PATCH", "/v1/stack-sets/shared", {
    body: { inputs: { activeColour: "green" } },
    headers: { "if-match": headers.get("etag") ?? "" },
  });
  expect(await untilEnded(service, patched.headers.get("location") ?? "", 300_000)).toMatchObject({
    status: "succeeded",
  });
  const asked = await service.call("POST", `/v1/stacks/shared.sandbox.${REGION}/operations`, {
    body: { kind: "preview" },
  });
  const unchanged = { create: 0, update: 0, replace: 0, delete: 0 };
  expect(await untilEnded(service, asked.headers.get("location") ?? "", 300_000)).toMatchObject({
    status: "succeeded",
    changes: unchanged,
  });

  await repository.ok(["config", "refresh", "--force", "-s", stack]);
  await repository.ok(["preview", "--expect-no-changes", "-s", stack]);
});

test("a target whose one door is the service refuses a laptop's up in words, and lets it preview", async () => {
  const target = { name: "guarded", cloud: "sandbox", account: "111111111111", environment: "staging" };
  const made = await service.call("POST", "/v1/targets", {
    body: { ...target, regions: [REGION], doors: ["service"] },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(await askFor("locked", { peakPlayers: 100_000 }, "guarded")).toMatchObject({ status: "policy-denied" });

  const stack = `default/meridian/locked.guarded.${REGION}`;
  await repository.ok(["config", "refresh", "-s", stack]);
  await repository.ok(["config", "set", "-s", stack, "meridian:inputs", "{}"]);
  expect((await repository.ok(["preview", "-s", stack])).output).toMatch(/\+ \d+ to create/);
  const up = await repository.pulumi(["up", "--yes", "--skip-preview", "-s", stack]);
  expect(up.exitCode).not.toBe(0);
  expect(up.output).toContain(
    "[403] This stack is changed through the service only (its doors: service). Ask for an operation over REST; a preview is allowed.",
  );
  expect(await sandboxResources(service, `?account=${target.account}`)).toEqual([]);
});

test("a stack that a pipeline makes does the same as the service: it is bound to its target, judged, built and torn down", async () => {
  const wrong = await repository.pulumi(["stack", "init", "default/meridian/hand.sandbox.mars-north-1"]);
  expect(wrong.exitCode).not.toBe(0);
  expect(wrong.output).toContain("does not allow mars-north-1");

  const stack = await configure("hand", {});
  await repository.ok(["stack", "init", stack]);
  await repository.ok(["up", "--yes", "--stack", stack]);
  const made = await service.call("GET", `/v1/stacks/hand.sandbox.${REGION}`);
  expect(made.body).toMatchObject({
    target: "sandbox",
    region: REGION,
    cloud: "sandbox",
    status: "ready",
    resourceCount: 191,
  });
  await repository.ok(["destroy", "--yes", "--stack", stack]);
  await repository.ok(["stack", "rm", "--yes", "--stack", stack]);
  expect(await sandboxResources(service, `?stack=${encodeURIComponent(`meridian/hand.sandbox.${REGION}`)}`)).toEqual(
    [],
  );
});
