import { expect, test } from "vitest";
import { type AdmissionFacts, admit, doorOf } from "../../api/gate/index.ts";

const facts: AdmissionFacts = {
  caller: { role: "operator", team: "studio", operation: undefined },
  stack: { id: "stack-1", team: "studio", doors: ["cli", "service"], suspects: [] },
  update: {
    kind: "update",
    dryRun: false,
    config: { "aws:region": "eu-west-1", "aws:allowedAccountIds": '["111111111111"]' },
  },
  placement: { cloud: "aws", account: "111111111111", region: "eu-west-1" },
};

interface Spoiled {
  readonly caller?: Partial<AdmissionFacts["caller"]>;
  readonly stack?: Partial<AdmissionFacts["stack"]>;
  readonly update?: Partial<AdmissionFacts["update"]>;
  readonly placement?: undefined;
}

const codeOf = (spoiled: Spoiled): string => {
  const { caller, stack, update } = facts;
  const all: AdmissionFacts = {
    caller: { ...caller, ...spoiled.caller },
    stack: { ...stack, ...spoiled.stack },
    update: { ...update, ...spoiled.update },
    placement: "placement" in spoiled ? undefined : facts.placement,
  };
  return admit(all)?.code ?? "admitted";
};

const suspects = { suspects: ["urn:pulumi:dev::game::aws:ec2/vpc:Vpc::main"] };
const engine = (stackId: string, kind = "up") => ({ operation: { stackId, kind } });

test.each<[string, string, Spoiled]>([
  ["an operator's update through the door cli", "admitted", {}],
  ["an admin's, whose key has no team", "admitted", { caller: { role: "admin", team: undefined } }],
  ["a viewer's update", "forbidden", { caller: { role: "viewer" } }],
  ["an approver's update", "forbidden", { caller: { role: "approver" } }],
  ["a viewer's preview", "admitted", { caller: { role: "viewer" }, update: { kind: "preview", dryRun: true } }],
  ["a preview of another team's stack", "not-found", { caller: { team: "rival" }, update: { dryRun: true } }],
  ["an update where the door cli is closed", "door-closed", { stack: { doors: ["service"] } }],
  [
    "a refresh where the door cli is closed",
    "door-closed",
    { stack: { doors: ["service"] }, update: { kind: "refresh" } },
  ],
  [
    "a state import where the door cli is closed",
    "door-closed",
    { stack: { doors: ["service"] }, update: { kind: "import" } },
  ],
  ["a preview where the door cli is closed", "admitted", { stack: { doors: ["service"] }, update: { dryRun: true } }],
  ["an engine's teardown in an operation up", "forbidden", { caller: engine("stack-1"), update: { kind: "destroy" } }],
  ["an engine's refresh in an operation up", "forbidden", { caller: engine("stack-1"), update: { kind: "refresh" } }],
  ["an engine's import of a state", "forbidden", { caller: engine("stack-1"), update: { kind: "import" } }],
  ["an engine's update in a preview", "forbidden", { caller: engine("stack-1", "preview") }],
  ["an engine's preview in an operation up", "admitted", { caller: engine("stack-1"), update: { dryRun: true } }],
  [
    "an engine's teardown in an operation destroy",
    "admitted",
    { caller: engine("stack-1", "destroy"), update: { kind: "destroy" } },
  ],
  [
    "an operation's engine where the door cli is closed",
    "admitted",
    { stack: { doors: ["service"] }, caller: engine("stack-1") },
  ],
  [
    "an operation's engine where the door service is closed",
    "door-closed",
    { stack: { doors: ["cli"] }, caller: engine("stack-1") },
  ],
  ["an operation's engine on a stack that is not its own", "not-found", { caller: engine("stack-2") }],
  ["another region than the target's", "wrong-placement", { update: { config: { "aws:region": "us-east-1" } } }],
  [
    "a preview in another region",
    "wrong-placement",
    { update: { dryRun: true, config: { "aws:region": "us-east-1" } } },
  ],
  [
    "another account than the target's",
    "wrong-placement",
    { update: { config: { "aws:allowedAccountIds": '["222222222222"]' } } },
  ],
  ["no region in the configuration", "admitted", { update: { config: {} } }],
  [
    "any region for a stack without a target",
    "admitted",
    { placement: undefined, update: { config: { "aws:region": "us-east-1" } } },
  ],
  ["an update over creates in doubt", "pending-creates", { stack: suspects }],
  ["a destroy over creates in doubt", "pending-creates", { stack: suspects, update: { kind: "destroy" } }],
  ["a refresh, which settles creates in doubt", "admitted", { stack: suspects, update: { kind: "refresh" } }],
  ["a state import, which settles creates in doubt", "admitted", { stack: suspects, update: { kind: "import" } }],
  ["a preview over creates in doubt", "admitted", { stack: suspects, update: { dryRun: true } }],
])("%s is %s", (_, outcome, spoiled) => {
  expect(codeOf(spoiled)).toBe(outcome);
});

test("a stack of another team is not found, whatever else would speak against the update", () => {
  const spoiled = { caller: { team: "rival", role: "viewer" as const }, stack: { doors: [], ...suspects } };
  expect(codeOf(spoiled)).toBe("not-found");
});

test("creates in doubt are named", () => {
  const refusal = admit({ ...facts, stack: { ...facts.stack, ...suspects } });
  expect(refusal?.detail).toContain("aws:ec2/vpc:Vpc::main");
  expect(refusal?.facts).toEqual(suspects);
});

test("the role that is too low is told which permission it lacks", () => {
  const refusal = admit({ ...facts, caller: { ...facts.caller, role: "viewer" } });
  expect(refusal?.facts).toEqual({ permission: "change", role: "viewer" });
});

test("only the engine of an operation comes by the door service", () => {
  expect(doorOf({})).toBe("cli");
  expect(doorOf({ operation: { id: "op_1", stackId: "stack-1", kind: "up" } })).toBe("service");
});
