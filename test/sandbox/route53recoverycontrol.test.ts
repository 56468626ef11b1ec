import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const CLUSTER = "aws:route53recoverycontrol/cluster:Cluster";
const PANEL = "aws:route53recoverycontrol/controlPanel:ControlPanel";
const CONTROL = "aws:route53recoverycontrol/routingControl:RoutingControl";
const RULE = "aws:route53recoverycontrol/safetyRule:SafetyRule";
const STATE = "aws:route53recoverycluster/routingControlState:RoutingControlState";
const HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck";

const idOf = (made: Made, name: string): string => made[name]?.id ?? "";
const nobody = "arn:aws:route53-recovery-control::100000000001:cluster/nobody";

const withCluster = async ({ make }: Workshop): Promise<Made> => ({
  cluster: await make(CLUSTER, { name: "one" }),
  other: await make(CLUSTER, { name: "two" }),
});
const withPanel = async (workshop: Workshop): Promise<Made> => {
  const made = await withCluster(workshop);
  const panel = (name: string) => workshop.make(PANEL, { name, clusterArn: idOf(made, "cluster") });
  return { ...made, panel: await panel("regions"), another: await panel("zones") };
};
const withControls = async (workshop: Workshop): Promise<Made> => {
  const made = await withPanel(workshop);
  const control = (name: string, panel = "panel") =>
    workshop.make(CONTROL, { name, clusterArn: idOf(made, "cluster"), controlPanelArn: idOf(made, panel) });
  return {
    ...made,
    one: await control("one"),
    two: await control("two"),
    strange: await control("strange", "another"),
  };
};
const asserting = (made: Made) => ({
  name: "one-stays",
  controlPanelArn: idOf(made, "panel"),
  assertedControls: [idOf(made, "one"), idOf(made, "two")],
  ruleConfig: { type: "ATLEAST", threshold: 1, inverted: false },
  waitPeriodMs: 5000,
});

const cases: readonly ConformanceCase[] = [
  {
    type: CLUSTER,
    smallest: () => ({ name: "switches" }),
    id: /^arn:aws:route53-recovery-control::\d{12}:cluster\/[0-9a-f-]{36}$/,
    outputs: { arn: /:cluster\//, status: "DEPLOYED", networkType: "IPV4" },
    change: { tags: { team: "lobby" } },
    replace: { name: "other" },
    taken: { code: "ConflictException" },
    dependant: {
      type: PANEL,
      inputs: ({ id }) => ({ name: "regions", clusterArn: id }),
      code: "ConflictException",
    },
    spoiled: [{ name: "a name with a space", with: { name: "my switches" }, code: "ValidationException" }],
  },
  {
    type: PANEL,
    needs: withCluster,
    smallest: (made) => ({ name: "regions", clusterArn: idOf(made, "cluster") }),
    id: /:controlpanel\/[0-9a-f]{32}$/,
    outputs: { status: "DEPLOYED", defaultControlPanel: false },
    change: { name: "places" },
    replace: (made) => ({ clusterArn: idOf(made, "other") }),
    taken: { code: "ConflictException" },
    dependant: {
      type: CONTROL,
      inputs: ({ id }, made) => ({ name: "one", clusterArn: idOf(made, "cluster"), controlPanelArn: id }),
      code: "ConflictException",
    },
    spoiled: [
      {
        name: "a cluster that does not exist",
        with: { clusterArn: nobody },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
  },
  {
    type: CONTROL,
    needs: withPanel,
    smallest: (made) => ({
      name: "eu-west-1",
      clusterArn: idOf(made, "cluster"),
      controlPanelArn: idOf(made, "panel"),
    }),
    id: /:controlpanel\/[0-9a-f]{32}\/routingcontrol\/[0-9a-f]{16}$/,
    outputs: { status: "DEPLOYED" },
    change: { name: "ireland" },
    replace: (made) => ({ controlPanelArn: idOf(made, "another") }),
    taken: { code: "ConflictException" },
    dependant: {
      type: HEALTH_CHECK,
      inputs: ({ id }) => ({ type: "RECOVERY_CONTROL", routingControlArn: id }),
      code: "ConflictException",
    },
  },
  {
    type: RULE,
    needs: withControls,
    smallest: asserting,
    id: /:controlpanel\/[0-9a-f]{32}\/safetyrule\/[0-9a-f]{16}$/,
    outputs: { status: "DEPLOYED" },
    change: { name: "one-stays-on", waitPeriodMs: 1000 },
    replace: { ruleConfig: { type: "AND", threshold: 0, inverted: false } },
    taken: { code: "ConflictException" },
    spoiled: [
      { name: "no controls", with: { assertedControls: null }, code: "ValidationException" },
      {
        name: "a threshold that is never met",
        with: { ruleConfig: { type: "ATLEAST", threshold: 3, inverted: false } },
        code: "ValidationException",
      },
      {
        name: "a kind of rule there is not",
        with: { ruleConfig: { type: "MOST", threshold: 1, inverted: false } },
        code: "ValidationException",
        property: "ruleConfig.type",
      },
      {
        name: "a control of another panel",
        with: (made) => ({ assertedControls: [idOf(made, "one"), idOf(made, "strange")] }),
        code: "ValidationException",
        at: "create",
      },
    ],
  },
];

conformance(cases);

describe("the data plane of a cluster", () => {
  let sandbox: TestSandbox;
  let made: Made;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
    const engine = await sandbox.engine();
    const next = () => 0;
    made = await withControls({ engine, next, make: (type, inputs) => engine.create(type, inputs) });
    await engine.create(RULE, asserting(made));
  });
  afterAll(() => sandbox.end());

  async function uidOf(control: string): Promise<string> {
    const { body } = await sandbox.control("GET", `/resources?type=${STATE}`);
    // The control port's own answer.
    const { items } = body as { items: readonly { uid: string; id: string }[] };
    return items.find(({ id }) => id === idOf(made, control))?.uid ?? "";
  }

  async function turn(control: string, routingControlState: string) {
    return sandbox.control("PATCH", `/resources/${await uidOf(control)}`, { properties: { routingControlState } });
  }

  it("has switches that are off at first, and refuses what a safety rule forbids", async () => {
    const { body } = await sandbox.control("GET", `/resources/${await uidOf("one")}`);
    expect(body).toMatchObject({ outputs: { routingControlState: "Off" } });
    expect(await turn("one", "On")).toMatchObject({ status: 200 });
    expect(await turn("two", "On")).toMatchObject({ status: 200 });
    expect(await turn("one", "Off")).toMatchObject({ status: 200 });
    expect(await turn("two", "Off")).toMatchObject({ status: 422, body: { error: { code: "ConflictException" } } });
    expect(await turn("two", "Half")).toMatchObject({ status: 422, body: { error: { code: "ValidationException" } } });
    // Nothing watches over a switch that no rule names.
    expect(await turn("strange", "Off")).toMatchObject({ status: 200 });
  });

  it("is seen by no refresh, and goes with its control", async () => {
    const engine = await sandbox.engine();
    const strange = made["strange"];
    if (strange === undefined) throw new Error("no control was made");
    await turn("strange", "On");
    expect(await engine.read(CONTROL, strange.id, strange)).toMatchObject({ outputs: strange.outputs });
    await engine.remove(CONTROL, strange);
    expect(await uidOf("strange")).toBe("");
  });
});
