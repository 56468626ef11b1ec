import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judgedFile } from "../../cli/gate/judgedFile.ts";
import { sarifValidator } from "../support/sarifSchema.ts";
import { fakeService } from "./fakeService.ts";
import { runGate } from "./runGate.ts";

const type = "aws:ec2/securityGroup:SecurityGroup";
const door = (name: string) => ({
  ...{ urn: `urn:pulumi:dev::game::${type}::${name}`, type, custom: true },
  inputs: { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }] },
});
const state = { version: 3, deployment: { resources: [door("front"), door("back")] } };

interface Log {
  readonly runs: readonly {
    readonly results: readonly {
      readonly locations: readonly {
        readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string } };
        readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[];
      }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

let folder: string;
let checkout: string;
const before = process.cwd();
beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "meridian-gate-sarif-")));
  checkout = path.join(folder, "checkout");
  await mkdir(path.join(checkout, "infra", "live stack"), { recursive: true });
  await mkdir(path.join(checkout, ".git"));
  await mkdir(path.join(checkout, "empty"));
  await writeFile(path.join(checkout, "infra", "Pulumi.yaml"), "name: game\nruntime: nodejs\n");
  await writeFile(path.join(checkout, "infra", "live stack", "état.json"), JSON.stringify(state));
  await writeFile(path.join(folder, "elsewhere.json"), JSON.stringify(state));
  process.chdir(checkout);
});
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

async function sarifOf(...args: string[]): Promise<Log> {
  const run = await runGate([...args, "--format", "sarif"]);
  expect(run.exitCode, run.err).toBe(3);
  return JSON.parse(run.out);
}

const filesOf = ({ runs }: Log) =>
  runs.flatMap(({ results }) =>
    results.flatMap(({ locations }) =>
      locations.map(({ physicalLocation }) => physicalLocation?.artifactLocation.uri ?? "none"),
    ),
  );

test("each result stands in the file that was judged, as a URI from the root of the checkout, and on its resource", async () => {
  const log = await sarifOf("--state", "infra/live stack/état.json");
  expect(new Set(filesOf(log))).toEqual(new Set(["infra/live%20stack/%C3%A9tat.json"]));
  const resources = log.runs.flatMap(({ results }) =>
    results.flatMap(({ locations }) => locations.flatMap(({ logicalLocations }) => logicalLocations)),
  );
  expect(new Set(resources.map(({ fullyQualifiedName }) => fullyQualifiedName))).toEqual(
    new Set([door("front").urn, door("back").urn]),
  );
  const validate = await sarifValidator();
  validate(log);
  expect(validate.errors).toBeNull();
});

test("a document from outside the checkout stands in the project's file, and where there is none, in no file", async () => {
  const outside = path.join(folder, "elsewhere.json");
  expect(new Set(filesOf(await sarifOf("--state", outside, "-C", "infra")))).toEqual(new Set(["infra/Pulumi.yaml"]));
  const nowhere = await sarifOf("--state", outside);
  expect(new Set(filesOf(nowhere))).toEqual(new Set(["none"]));
  const validate = await sarifValidator();
  validate(nowhere);
  expect(validate.errors).toBeNull();
});

test.each([
  ["the project's file of -C", { kind: "program" }, "infra", ".", "infra/Pulumi.yaml"],
  ["from a folder within, still from the root", { kind: "program" }, ".", "infra", "infra/Pulumi.yaml"],
  ["what is piped in has no file of its own", { kind: "preview", file: "-" }, "infra", ".", "infra/Pulumi.yaml"],
  ["a document within", { kind: "events", file: "events.json" }, ".", "infra", "infra/events.json"],
  ["a stack of the service", { kind: "stack", stack: "live" }, "empty", ".", undefined],
  ["a project outside the repository", { kind: "program" }, "../..", "infra", undefined],
] as const)("%s", (_, source, chdir, from, file) => {
  expect(judgedFile(source, { chdir, format: "sarif" }, path.join(checkout, from))).toBe(file);
});

test("a fault has one fingerprint in every run, which no other fault has, under the one name that code scanning reads", async () => {
  const printsOf = ({ runs }: Log) =>
    runs.flatMap(({ results }) =>
      results.map(({ partialFingerprints: { primaryLocationLineHash } }) => primaryLocationLineHash),
    );
  const args = ["--state", "infra/live stack/état.json"];
  const [first, second] = [printsOf(await sarifOf(...args)), printsOf(await sarifOf(...args))];
  expect(second).toEqual(first);
  expect(first.length).toBeGreaterThan(1);
  expect(new Set(first).size).toBe(first.length);
  for (const print of first) expect(print).toMatch(/^[\da-f]{16}:1$/);
});

test("what a service answers is placed in the same way; what is no SARIF is an error", async () => {
  const result = { ruleId: "a", message: { text: "b" }, locations: [{ logicalLocations: [{ name: "front" }] }] };
  const answer = (body: object) =>
    fakeService({ "POST /v1/gate": { headers: { "meridian-judgement": "denied" }, body } });
  const service = await answer({ version: "2.1.0", runs: [{ tool: {}, results: [result] }] });
  const args = ["gate", "--state", "infra/live stack/état.json", "--format", "sarif"];
  const run = await service.meridian(...args);
  expect(run.exitCode, run.err).toBe(3);
  expect(filesOf(JSON.parse(run.out))).toEqual(["infra/live%20stack/%C3%A9tat.json"]);
  await service.close();
  const other = await answer({ passed: true });
  expect(await other.meridian(...args)).toMatchObject({ exitCode: 1, out: "", err: expect.stringContaining("SARIF") });
  await other.close();
});
