import fc from "fast-check";
import { expect, test } from "vitest";
import { createJudge, type DocumentKind, judgeProgram, pack, readDocument, UNKNOWN } from "../../policies/index.ts";

const type = "aws:ec2/securityGroup:SecurityGroup";
const urn = `urn:pulumi:dev::game::${type}::door`;
const inputs = (cidr: unknown) => ({ ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [cidr] }] });
const state = (cidr: unknown = "0.0.0.0/0") => ({ urn, type, custom: true, inputs: inputs(cidr) });
const secret = (content: object) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ...content,
});

const deployment = (...resources: unknown[]) => ({ version: 3, deployment: { resources } });
const preview = (op: string, states: object) => ({ steps: [{ op, urn, ...states }] });
const events = (op: string, states: object) => [
  { sequence: 0, timestamp: 1, preludeEvent: {} },
  { sequence: 1, timestamp: 1, resourcePreEvent: { planning: true, metadata: { op, urn, type, ...states } } },
];

const judge = createJudge(pack);
function said(kind: DocumentKind, given: unknown): readonly string[] {
  const read = readDocument(kind, given);
  if ("faults" in read) throw new Error(JSON.stringify(read.faults));
  const { project, stack, steps } = read;
  const verdicts = judgeProgram(judge, steps, { environment: "production", project, stack, phase: "preview" });
  return verdicts
    .filter(({ policy }) => policy === "security-no-open-management-port")
    .map(({ level, outcome }) => `${level} ${outcome}`);
}

test("an open door is found in each kind of document", () => {
  const refused = ["mandatory fail"];
  expect(said("deployment", deployment(state()))).toEqual(refused);
  for (const op of ["create", "update", "same", "import", "create-replacement"]) {
    expect(said("preview", preview(op, { newState: state(), oldState: state() }))).toEqual(refused);
    expect(said("events", events(op, { new: state(), old: state() }))).toEqual(refused);
  }
  expect(said("events", { events: events("create", { new: state() }) })).toEqual(refused);
});

test("what is not there, not managed, or on its way out is not judged as if it came", () => {
  expect(said("deployment", deployment({ ...state(), delete: true }))).toEqual([]);
  expect(said("deployment", deployment({ ...state(), external: true }))).toEqual([]);
  expect(said("preview", preview("delete", { oldState: state() }))).toEqual([]);
  expect(said("preview", preview("read", { newState: { ...state(), external: true } }))).toEqual([]);
  expect(said("deployment", { version: 3, deployment: {} })).toEqual([]);
});

test("a secret that is sealed or blinded is not known, one in clear is judged", () => {
  const unknown = ["advisory unknown"];
  expect(said("deployment", deployment(state(secret({ ciphertext: "AAAA" }))))).toEqual(unknown);
  expect(said("events", events("create", { new: state(secret({ ciphertext: "[secret]" })) }))).toEqual(unknown);
  expect(said("preview", preview("create", { newState: state("[secret]") }))).toEqual(unknown);
  expect(said("preview", preview("create", { newState: state(UNKNOWN) }))).toEqual(unknown);
  expect(said("deployment", deployment(state(secret({ plaintext: '"0.0.0.0/0"' }))))).toEqual(["mandatory fail"]);
});

test("the deletion of what is protected is judged by its old state", () => {
  const table = "aws:dynamodb/table:Table";
  const old = {
    urn: `urn:pulumi:dev::game::${table}::players`,
    type: table,
    custom: true,
    inputs: { deletionProtectionEnabled: true },
  };
  const read = readDocument("preview", preview("delete", { oldState: old }));
  if ("faults" in read) return expect.unreachable();
  const context = { environment: "production", project: "game", stack: "dev", phase: "preview" } as const;
  expect(judgeProgram(judge, read.steps, context).map(({ policy }) => policy)).toContain(
    "reliability-protect-data-stores",
  );
});

test.each([
  ["deployment", {}, ""],
  ["deployment", [], ""],
  ["deployment", { version: 2, deployment: {} }, "/version"],
  ["deployment", deployment({}), "/deployment/resources/0/urn"],
  ["deployment", { version: 3, deployment: { resources: {} } }, "/deployment/resources"],
  ["deployment", deployment({ ...state(), type: 7 }), "/deployment/resources/0/type"],
  ["deployment", deployment({ ...state(), inputs: [] }), "/deployment/resources/0"],
  ["deployment", deployment(state(secret({ plaintext: "{" }))), "/deployment/resources/0"],
  ["preview", { anything: 1 }, ""],
  ["preview", { steps: [{ op: 7 }] }, "/steps/0/op"],
  ["preview", { steps: [{ op: "create" }] }, "/steps/0/newState"],
  ["events", {}, ""],
  ["events", [{ resourcePreEvent: 7 }], "/0/resourcePreEvent/metadata"],
  ["events", events("create", {}), "/1/resourcePreEvent/metadata/new"],
] as const)("a %s of the form %j is refused with the place of the fault", (kind, given, pointer) => {
  expect(readDocument(kind, given)).toMatchObject({ faults: [expect.objectContaining({ pointer })] });
});

test("no JSON at all makes the reading fall over", () => {
  const kinds = fc.constantFrom<DocumentKind>("deployment", "preview", "events");
  fc.assert(fc.property(kinds, fc.jsonValue(), (kind, given) => void readDocument(kind, given)));
  const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
  expect(readDocument("deployment", deployment({ ...state(), inputs: deep }))).toHaveProperty("faults");
});
