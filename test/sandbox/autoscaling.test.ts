import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const SUBNET = "aws:ec2/subnet:Subnet";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const TARGETS = "aws:lb/targetGroup:TargetGroup";
const GROUP = "aws:autoscaling/group:Group";
const ATTACHMENT = "aws:autoscaling/attachment:Attachment";

const idOf = (made: Made, name: string): string => made[name]?.id ?? "";

const withTemplate = async ({ make }: Pick<Workshop, "make">): Promise<Made> => {
  const vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const subnet = await make(SUBNET, { vpcId: vpc.id, cidrBlock: "10.0.1.0/24", availabilityZone: "eu-west-1b" });
  return { vpc, subnet, template: await make(TEMPLATE, { name: "machines", instanceType: "m7i.large" }) };
};
const group = (made: Made): Properties => ({
  name: "machines",
  minSize: 1,
  maxSize: 3,
  vpcZoneIdentifiers: [idOf(made, "subnet")],
  launchTemplate: { id: idOf(made, "template"), version: "1" },
});
const withGroup = async ({ make }: Pick<Workshop, "make">): Promise<Made> => {
  const made = await withTemplate({ make });
  const behind = (name: string): Properties => ({ name, port: 80, protocol: "HTTP", vpcId: idOf(made, "vpc") });
  return {
    ...made,
    group: await make(GROUP, group(made)),
    lobby: await make(TARGETS, behind("lobby")),
    api: await make(TARGETS, behind("api")),
  };
};

const cases: readonly ConformanceCase[] = [
  {
    type: GROUP,
    needs: withTemplate,
    smallest: group,
    id: /^machines$/,
    outputs: {
      arn: /:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/machines$/,
      desiredCapacity: 1,
      healthCheckGracePeriod: 300,
      availabilityZones: ["eu-west-1b"],
    },
    change: { maxSize: 5 },
    replace: { name: "other" },
    spoiled: [
      { name: "no largest size", with: { maxSize: null }, code: "ValidationError" },
      { name: "a largest size below the smallest", with: { maxSize: 0 }, code: "ValidationError" },
      { name: "more machines than it may have", with: { desiredCapacity: 4 }, code: "ValidationError" },
      { name: "no template", with: { launchTemplate: null }, code: "ValidationError" },
      { name: "no subnets", with: { vpcZoneIdentifiers: null }, code: "ValidationError" },
      { name: "a name with a colon", with: { name: "a:b" }, code: "ValidationError" },
      {
        name: "a subnet that does not exist",
        with: { vpcZoneIdentifiers: ["subnet-0"] },
        code: "ValidationError",
        at: "create",
      },
      {
        name: "a zone of another region",
        with: { availabilityZones: ["us-east-1a"] },
        code: "ValidationError",
        at: "create",
      },
      {
        name: "a template that does not exist",
        with: { launchTemplate: { id: "lt-0" } },
        code: "ValidationError",
        at: "create",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    type: "aws:autoscaling/schedule:Schedule",
    needs: withGroup,
    smallest: () => ({
      autoscalingGroupName: "machines",
      scheduledActionName: "friday",
      recurrence: "0 17 * * 5",
      minSize: 2,
      maxSize: -1,
      desiredCapacity: -1,
    }),
    id: /^machines\/friday$/,
    outputs: {
      arn: /:scheduledUpdateGroupAction:[0-9a-f-]{36}:autoScalingGroupName\/machines:scheduledActionName\/friday$/,
    },
    change: { minSize: 3 },
    replace: { scheduledActionName: "saturday" },
    spoiled: [
      { name: "no group", with: { autoscalingGroupName: null }, code: "ValidationError" },
      {
        name: "a group that does not exist",
        with: { autoscalingGroupName: "none" },
        code: "ValidationError",
        at: "create",
      },
      { name: "a recurrence that is none", with: { recurrence: "every friday" }, code: "ValidationError" },
      { name: "no time at all", with: { recurrence: null }, code: "ValidationError" },
      { name: "nothing to change", with: { minSize: -1 }, code: "ValidationError" },
      { name: "a least number above the largest", with: { maxSize: 1 }, code: "ValidationError", property: "minSize" },
      { name: "more than the group may have", with: { minSize: 4 }, code: "ValidationError", at: "create" },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    type: ATTACHMENT,
    needs: withGroup,
    smallest: (made) => ({ autoscalingGroupName: "machines", lbTargetGroupArn: idOf(made, "lobby") }),
    id: /^machines-[0-9a-f]{26}$/,
    replace: (made) => ({ lbTargetGroupArn: idOf(made, "api") }),
    spoiled: [
      { name: "no group", with: { autoscalingGroupName: null }, code: "ValidationError" },
      { name: "no targets", with: { lbTargetGroupArn: null }, code: "ValidationError" },
      { name: "two kinds of targets", with: { elb: "door" }, code: "ValidationError" },
      {
        name: "a group that does not exist",
        with: { autoscalingGroupName: "nobody" },
        code: "ValidationError",
        at: "create",
      },
      {
        name: "targets that do not exist",
        with: { lbTargetGroupArn: "arn:aws:none" },
        code: "ValidationError",
        at: "create",
      },
    ],
  },
];

conformance(cases);

describe("an autoscaling group", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("takes its attachments along, keeps its subnets, and neither keeps target groups nor templates", async () => {
    const engine = await sandbox.engine();
    const made = await withGroup({ make: engine.create });
    const { group: machines, lobby, subnet, template } = made;
    if (!machines || !lobby || !subnet || !template) throw new Error("something was not made");
    const attached = { autoscalingGroupName: "machines", lbTargetGroupArn: lobby.id };
    const attachment = await engine.create(ATTACHMENT, attached);
    await engine.remove(TARGETS, lobby);
    await engine.remove(TEMPLATE, template);
    await expect(engine.remove(SUBNET, subnet)).rejects.toThrow("DependencyViolation:");
    await engine.remove(GROUP, machines);
    expect(await engine.read(ATTACHMENT, attachment.id)).toBeUndefined();
    await engine.remove(SUBNET, subnet);
  });
});
