import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { ROLE, trustOf } from "./lambdaParts.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const INVALID = "ValidationException";

const withRole = async ({ make }: Workshop): Promise<Made> => ({
  group: await make(GROUP, { name: "game" }),
  role: await make(ROLE, { name: "starter", assumeRolePolicy: trustOf("scheduler.amazonaws.com") }),
  stranger: await make(ROLE, { name: "stranger", assumeRolePolicy: trustOf("ec2.amazonaws.com") }),
});
const target = (made: Made, role = "role") => ({
  arn: "arn:aws:scheduler:::aws-sdk:eventbridge:putEvents",
  roleArn: String(made[role]?.outputs["arn"]),
  input: "{}",
});

const cases: readonly ConformanceCase[] = [
  {
    type: GROUP,
    smallest: () => ({ name: "game" }),
    id: /^game$/,
    outputs: { arn: /:schedule-group\/game$/, state: "ACTIVE" },
    change: { tags: { team: "live" } },
    replace: { name: "other" },
    spoiled: [
      { name: "a name with a slash", with: { name: "a/b" }, code: INVALID },
      { name: "the group that is always there", with: { name: "default" }, code: INVALID },
    ],
    taken: { code: "ConflictException" },
  },
  {
    type: SCHEDULE,
    needs: withRole,
    smallest: (made) => ({
      name: "plan",
      groupName: "game",
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      target: target(made),
    }),
    id: /^game\/plan$/,
    outputs: { arn: /:schedule\/game\/plan$/, state: "ENABLED" },
    change: { scheduleExpression: "rate(5 minutes)", state: "DISABLED" },
    replace: { groupName: "default" },
    spoiled: [
      { name: "a time that is none", with: { scheduleExpression: "every(minute)" }, code: INVALID },
      { name: "a window of no length", with: { flexibleTimeWindow: { mode: "FLEXIBLE" } }, code: INVALID },
      {
        name: "a group that does not exist",
        with: { groupName: "nowhere" },
        code: "ResourceNotFoundException",
        at: "create",
      },
      {
        name: "a role that does not trust it",
        with: (made) => ({ target: target(made, "stranger") }),
        code: INVALID,
        at: "create",
      },
    ],
    taken: { code: "ConflictException" },
  },
];

conformance(cases);

describe("a schedule group", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("takes its schedules along", async () => {
    const engine = await sandbox.engine();
    const made = await withRole({ engine, make: (type, inputs) => engine.create(type, inputs), next: () => 0 });
    const schedule = await engine.create(SCHEDULE, {
      name: "plan",
      groupName: "game",
      scheduleExpression: "at(2026-12-24T18:00:00)",
      flexibleTimeWindow: { mode: "OFF" },
      target: target(made),
    });
    const group = made["group"];
    if (group === undefined) throw new Error("no group was made");
    await engine.remove(GROUP, group);
    expect(await engine.read(SCHEDULE, schedule.id)).toBeUndefined();
  });
});
