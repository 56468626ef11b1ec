import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made } from "./conformance.ts";

const TEMPLATE = "aws:fis/experimentTemplate:ExperimentTemplate";
const INVALID = "ValidationException";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "fis.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const arnOf = (made: Made, what: string) => made[what]?.outputs["arn"] ?? "";

const nodes = { name: "nodes", resourceType: "aws:ec2:instance", selectionMode: "PERCENT(20)" };
const tagged = { resourceTags: [{ key: "meridian:stack-set", value: "launch" }] };
const terminate = {
  name: "terminate",
  actionId: "aws:ec2:terminate-instances",
  target: { key: "Instances", value: "nodes" },
};

const refused = (name: string, overlay: Properties, property: string) => ({
  name,
  with: overlay,
  code: INVALID,
  property,
});

const wait = (duration: string) => ({
  targets: [],
  actions: [{ name: "wait", actionId: "aws:fis:wait", parameters: [{ key: "duration", value: duration }] }],
});

const cases: readonly ConformanceCase[] = [
  {
    type: TEMPLATE,
    needs: async ({ make }) => ({
      role: await make("aws:iam/role:Role", { name: "experiments", assumeRolePolicy: trust }),
      group: await make("aws:cloudwatch/logGroup:LogGroup", { name: "/meridian/experiments" }),
      alarm: await make("aws:cloudwatch/metricAlarm:MetricAlarm", {
        name: "errors",
        namespace: "AWS/ApplicationELB",
        metricName: "HTTPCode_Target_5XX_Count",
        statistic: "Sum",
        period: 60,
        evaluationPeriods: 1,
        threshold: 1,
        comparisonOperator: "GreaterThanThreshold",
      }),
    }),
    smallest: (made) => ({
      description: "A fifth of the nodes goes",
      roleArn: arnOf(made, "role"),
      stopConditions: [{ source: "aws:cloudwatch:alarm", value: arnOf(made, "alarm") }],
      targets: [{ ...nodes, ...tagged }],
      actions: [terminate],
    }),
    id: /^EXT[0-9a-f]{17}$/,
    outputs: { arn: /^arn:aws:fis:eu-west-1:\d{12}:experiment-template\/EXT/ },
    change: (made) => ({
      description: "A third of the nodes goes",
      targets: [{ ...nodes, ...tagged, selectionMode: "COUNT(3)" }],
      logConfiguration: {
        logSchemaVersion: 2,
        cloudwatchLogsConfiguration: { logGroupArn: `${String(arnOf(made, "group"))}:*` },
      },
      tags: { team: "lobby" },
    }),
    replace: { experimentOptions: { accountTargeting: "multi-account", emptyTargetResolutionMode: "skip" } },
    spoiled: [
      { name: "no stop conditions", with: { stopConditions: [] }, code: INVALID },
      { name: "no actions", with: { actions: [] }, code: INVALID },
      refused(
        "a selection there is not",
        { targets: [{ ...nodes, ...tagged, selectionMode: "SOME" }] },
        "targets[0].selectionMode",
      ),
      refused(
        "more than all of them",
        { targets: [{ ...nodes, ...tagged, selectionMode: "PERCENT(101)" }] },
        "targets[0].selectionMode",
      ),
      refused("a target that says nothing of what it is", { targets: [nodes] }, "targets[0]"),
      refused(
        "a target by ARNs and tags",
        { targets: [{ ...nodes, ...tagged, resourceArns: ["arn:aws:ec2:eu-west-1:100000000001:instance/i-0"] }] },
        "targets[0]",
      ),
      refused(
        "a target that no action uses",
        {
          targets: [
            { ...nodes, ...tagged },
            { ...nodes, ...tagged, name: "idle" },
          ],
        },
        "targets[1]",
      ),
      refused("a target that is not there", { targets: [], actions: [terminate] }, "actions[0]"),
      refused(
        "a target of another type",
        { targets: [{ ...nodes, ...tagged, resourceType: "aws:ec2:subnet" }] },
        "actions[0]",
      ),
      refused(
        "an action without its parameters",
        { actions: [{ ...terminate, actionId: "aws:ssm:send-command" }] },
        "actions[0]",
      ),
      refused(
        "a parameter the action has not",
        { actions: [{ ...terminate, parameters: [{ key: "force", value: "true" }] }] },
        "actions[0]",
      ),
      refused("a wait of no time", wait("PT0M"), "actions[0]"),
      refused("a wait of more than twelve hours", wait("PT721M"), "actions[0]"),
      refused("an action after none", { actions: [{ ...terminate, startAfters: ["calm"] }] }, "actions[0].startAfters"),
      refused("two actions of one name", { actions: [terminate, terminate] }, "actions[1].name"),
      refused(
        "a stop condition without an alarm",
        { stopConditions: [{ source: "aws:cloudwatch:alarm" }] },
        "stopConditions[0]",
      ),
      {
        name: "an alarm that does not exist",
        with: {
          stopConditions: [
            { source: "aws:cloudwatch:alarm", value: "arn:aws:cloudwatch:eu-west-1:100000000001:alarm:nothing" },
          ],
        },
        code: INVALID,
        at: "create",
      },
      {
        name: "a role that does not exist",
        with: { roleArn: "arn:aws:iam::100000000001:role/nobody" },
        code: "ResourceNotFoundException",
        at: "create",
      },
      {
        name: "a log group without its ending",
        with: (made) => ({
          logConfiguration: {
            logSchemaVersion: 2,
            cloudwatchLogsConfiguration: { logGroupArn: String(arnOf(made, "group")) },
          },
        }),
        code: INVALID,
        at: "create",
      },
    ],
  },
];

conformance(cases);
