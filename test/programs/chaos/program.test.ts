import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Placement } from "../../../programs/blueprint.ts";
import { catalog, checkInputs } from "../../../programs/catalog.ts";
import { experimentNames, experimentsOf, strikingAll } from "../../../programs/chaos/experiments.ts";
import { chaosInputs } from "../../../programs/chaos/inputs.ts";
import { readOperatingNotes } from "../../../programs/operatingNotes.ts";
import { development, production, type RecordedStack, recordAnew, recordBlueprint } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";

const blueprint = "chaos";
const TEMPLATE = "aws:fis/experimentTemplate:ExperimentTemplate";
const alarms = ["errors", "latency"].map((name) => `arn:aws:cloudwatch:eu-west-1:210987654321:alarm:${name}`);
const all = {
  experiments: [...experimentNames],
  stackSet: "launch",
  stopAlarmArns: alarms,
  allowAll: true,
  throttledRoles: ["arn:aws:iam::210987654321:role/launch-autoscaler"],
};

const record = (inputs: Record<string, unknown> = {}, placement: Placement = production) =>
  recordBlueprint({ blueprint, inputs: { ...all, ...inputs }, placement });

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of many shapes
function template(stack: RecordedStack, experiment: string): any {
  const found = stack.resources.filter(({ type, name }) => type === TEMPLATE && name === `${experiment}-template`);
  expect(found, experiment).toHaveLength(1);
  return found[0]?.inputs;
}

function statementsOf(stack: RecordedStack, experiment: string) {
  const policy = stack.resources.find(({ name }) => name === `${experiment}-access-policy`);
  return JSON.parse(String(policy?.inputs["policy"])).Statement as readonly Record<string, unknown>[]; // a policy document
}

const actionsOf = (stack: RecordedStack, experiment: string) =>
  statementsOf(stack, experiment).flatMap(({ Action }) => [Action].flat().map(String));

describe("chaos experiments and failover drills", () => {
  it("stand ready for each way in which a region fails, each with a runbook for its game day", async () => {
    const stack = await record();
    const ids = Object.keys(Object(stack.outputs["experimentTemplateIds"]));
    expect(ids.toSorted()).toEqual([...experimentNames].toSorted());
    const notes = await readOperatingNotes(catalog.blueprints.chaos.folder);
    const rehearsed = notes.procedures.map(({ when }) => when).join();
    for (const name of experimentNames) expect(rehearsed).toContain(name);
  });

  it.each(experimentNames)(
    "of %s end when an alarm rings, write down what they did, and fail when they strike nothing",
    async (name) => {
      const made = template(await record(), name);
      expect(made.stopConditions).toEqual(alarms.map((value) => ({ source: "aws:cloudwatch:alarm", value })));
      expect(made.logConfiguration).toEqual({
        logSchemaVersion: 2,
        cloudwatchLogsConfiguration: { logGroupArn: "arn:aws:mock:experiments-log:*" },
      });
      expect(made.experimentOptions).toEqual({ accountTargeting: "single-account", emptyTargetResolutionMode: "fail" });
    },
  );

  it.each(experimentNames)(
    "of %s strike only what carries the tags of one stack set and of this environment",
    async (name) => {
      for (const target of template(await record(), name).targets) {
        if (target.resourceType === "aws:iam:role") {
          expect(target.resourceArns).toEqual(all.throttledRoles);
          continue;
        }
        expect(target.resourceTags).toEqual(
          expect.arrayContaining([
            { key: "meridian:stack-set", value: "launch" },
            { key: "meridian:environment", value: "production" },
          ]),
        );
      }
    },
  );

  it("lose one zone, the one that was chosen", async () => {
    const { targets, actions } = template(await record({ zoneNumber: 2, minutes: 7 }), "zone-loss");
    expect(targets).toMatchObject([
      { resourceType: "aws:ec2:subnet", parameters: { availabilityZoneIdentifier: "eu-west-1b" } },
    ]);
    expect(actions).toMatchObject([
      {
        actionId: "aws:network:disrupt-connectivity",
        parameters: [
          { key: "duration", value: "PT7M" },
          { key: "scope", value: "all" },
        ],
      },
    ]);
  });

  it("lose a part of the session nodes, by percent", async () => {
    const { targets, actions } = template(await record({ nodePercent: 30 }), "node-loss");
    expect(targets).toMatchObject([
      { selectionMode: "PERCENT(30)", filters: [{ path: "State.Name", values: ["running"] }] },
    ]);
    expect(targets[0].resourceTags).toContainEqual({ key: "Name", value: "launch-session-nodes" });
    expect(actions).toMatchObject([{ actionId: "aws:ec2:terminate-instances" }]);
  });

  it("take spot machines back with their notice, so many and no more", async () => {
    const { targets, actions } = template(await record({ spotInstances: 3 }), "spot-interruption");
    expect(targets).toMatchObject([{ resourceType: "aws:ec2:spot-instance", selectionMode: "COUNT(3)" }]);
    expect(actions[0].parameters).toEqual([{ key: "durationBeforeInterruption", value: "PT2M" }]);
  });

  it("throttle the calls of named roles", async () => {
    const { actions } = template(
      await record({ throttledPercent: 40, throttledOperations: ["RunInstances", "DescribeInstances"] }),
      "api-throttling",
    );
    expect(actions[0].parameters).toEqual(
      expect.arrayContaining([
        { key: "percentage", value: "40" },
        { key: "operations", value: "RunInstances,DescribeInstances" },
      ]),
    );
  });

  it("slow the network of session nodes down, by a document of the cloud's", async () => {
    const { actions } = template(await record({ latencyMillis: 350, minutes: 4 }), "network-latency");
    const parameters = Object.fromEntries(
      actions[0].parameters.map(({ key, value }: Record<string, string>) => [key, value]),
    );
    expect(parameters["documentArn"]).toBe("arn:aws:ssm:eu-west-1::document/AWSFIS-Run-Network-Latency");
    expect(JSON.parse(parameters["documentParameters"])).toMatchObject({
      DelayMilliseconds: "350",
      DurationSeconds: "240",
      Interface: "ens5",
    });
  });

  it("rehearse the evacuation of the region: all subnets of its networks, and the table where there is one", async () => {
    const both = template(await record({ networkStackSet: "ground", tableStackSet: "events" }), "region-evacuation");
    expect(both.actions.map(({ actionId }: { actionId: string }) => actionId)).toEqual([
      "aws:network:disrupt-connectivity",
      "aws:dynamodb:global-table-pause-replication",
    ]);
    expect(both.targets[0].resourceTags).toContainEqual({ key: "meridian:stack-set", value: "ground" });
    expect(both.targets[1].resourceTags).toContainEqual({ key: "meridian:stack-set", value: "events" });
    const alone = await record({ experiments: ["region-evacuation"], throttledRoles: [] });
    expect(template(alone, "region-evacuation").actions).toHaveLength(1);
  });

  it("are refused with alarms of another region, which would never end them", async () => {
    const inputs = { ...all, stopAlarmArns: ["arn:aws:cloudwatch:us-east-1:210987654321:alarm:errors"] };
    await expect(recordAnew({ blueprint, inputs, placement: production })).rejects.toThrow("which is not of eu-west-1");
  });
});

describe("what an experiment strikes", () => {
  const asked = fc.record({
    experiments: fc.subarray([...experimentNames], { minLength: 1 }),
    stackSet: fc.constant("launch"),
    stopAlarmArns: fc.constant(alarms),
    nodePercent: fc.integer({ min: 1, max: 100 }),
    spotInstances: fc.integer({ min: 1, max: 5 }),
  });

  it("is never all of a kind, nor most of the nodes, where that was not said", () => {
    fc.assert(
      fc.property(asked, (given) => {
        const throttledRoles = given.experiments.includes("api-throttling") ? all.throttledRoles : [];
        const checked = checkInputs(catalog.blueprints.chaos, { ...given, throttledRoles });
        const ground = {
          region: "eu-west-1",
          partition: { name: "aws", dnsSuffix: "amazonaws.com", consoleHost: "" } as const,
          environment: "production",
          zone: "eu-west-1a",
        };
        if (!checked.ok) {
          const most = given.experiments.some((name) => name === "node-loss" || name === "network-latency");
          const reason =
            given.experiments.some((name) => strikingAll.includes(name)) || (most && given.nodePercent > 50);
          expect(reason).toBe(true);
          return;
        }
        const inputs = chaosInputs.parse(checked.inputs);
        for (const { targets } of experimentsOf(inputs, ground)) {
          for (const { selectionMode } of targets) {
            expect(selectionMode).not.toBe("ALL");
            const [, part] = /^PERCENT\((\d+)\)$/.exec(selectionMode) ?? [];
            expect(Number(part ?? 0)).toBeLessThanOrEqual(50);
          }
        }
      }),
    );
  });
});

describe("the role of an experiment", () => {
  it("is its own, and can do what this one needs", async () => {
    const stack = await record();
    const roles = stack.resources.filter(({ type }) => type === "aws:iam/role:Role");
    expect(roles).toHaveLength(experimentNames.length);
    const log = [
      "logs:CreateLogDelivery",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ];
    expect(actionsOf(stack, "node-loss")).toEqual(["ec2:DescribeInstances", "ec2:TerminateInstances", ...log]);
    expect(actionsOf(stack, "spot-interruption")).toEqual([
      "ec2:DescribeInstances",
      "ec2:SendSpotInstanceInterruptions",
      ...log,
    ]);
    expect(actionsOf(stack, "api-throttling")).toEqual(["fis:InjectApiThrottleError", ...log]);
    expect(actionsOf(stack, "zone-loss")).not.toContain("ec2:TerminateInstances");
    expect(actionsOf(stack, "zone-loss")).not.toContain("dynamodb:PutResourcePolicy");
  });

  it.each(experimentNames)(
    "of %s changes nothing without a condition on tags, except the exchange of access lists",
    async (name) => {
      for (const { Sid, Action, Resource, Condition } of statementsOf(await record(), name)) {
        const actions = [Action].flat().map(String);
        for (const action of actions) expect(action).not.toContain("*");
        const looks = actions.every((action) => /:(Describe|Get|List)|^ssm:CancelCommand$/.test(action));
        const bounded = Condition !== undefined || !String(Resource).endsWith("*") || Resource === undefined;
        const known = ["WriteTheLog", "ExchangeAccessLists", "ThrottleCalls"].includes(String(Sid));
        expect([Sid, looks || bounded || known]).toEqual([Sid, true]);
      }
    },
  );

  it("strikes by its policy, too, nothing that is of another stack set or environment", async () => {
    const terminate = statementsOf(await record(), "node-loss").find(({ Sid }) => Sid === "TerminateNodes");
    expect(terminate?.["Condition"]).toEqual({
      StringEquals: {
        "aws:ResourceTag/meridian:stack-set": "launch",
        "aws:ResourceTag/meridian:environment": "production",
      },
    });
  });

  it("is taken by the service on behalf of this account only", async () => {
    for (const { type, inputs } of (await record()).resources) {
      if (type !== "aws:iam/role:Role") continue;
      expect(JSON.parse(String(inputs["assumeRolePolicy"])).Statement).toMatchObject([
        {
          Principal: { Service: "fis.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": "210987654321" } },
        },
      ]);
    }
  });
});

describe("the rules on chaos", () => {
  it.each([
    ["the example in development", catalog.blueprints.chaos.example, development],
    ["every experiment in production", all, production],
  ])("have nothing to say of %s", async (_, inputs, placement) => {
    expect(await verdictsOn({ blueprint, inputs, placement })).toEqual([]);
  });
});
