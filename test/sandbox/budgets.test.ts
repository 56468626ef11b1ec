import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const BUDGET = "aws:budgets/budget:Budget";

const withTopic = async ({ make }: Workshop): Promise<Made> => ({
  topic: await make("aws:sns/topic:Topic", { name: "alarms" }),
});

const mailed: Properties = {
  comparisonOperator: "GREATER_THAN",
  notificationType: "ACTUAL",
  threshold: 100,
  thresholdType: "PERCENTAGE",
  subscriberEmailAddresses: ["oncall@example.com"],
};
const { subscriberEmailAddresses: _, ...silent } = mailed;

const cases: readonly ConformanceCase[] = [
  {
    type: BUDGET,
    needs: withTopic,
    smallest: () => ({
      name: "monthly",
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "5000.00",
      limitUnit: "USD",
      notifications: [mailed],
    }),
    id: /^\d{12}:monthly$/,
    outputs: {
      arn: /^arn:aws:budgets::\d{12}:budget\/monthly$/,
      accountId: /^\d{12}$/,
      timePeriodStart: /^\d{4}-\d{2}-01_00:00$/,
      timePeriodEnd: "2087-06-15_00:00",
    },
    change: (made) => ({
      limitAmount: "6000.00",
      notifications: [mailed, { ...silent, threshold: 80, subscriberSnsTopicArns: [made["topic"]?.id ?? ""] }],
      tags: { team: "lobby" },
    }),
    replace: { name: "yearly" },
    spoiled: [
      { name: "no time unit", with: { timeUnit: null }, code: "InvalidParameterException" },
      { name: "a time unit there is not", with: { timeUnit: "WEEKLY" }, code: "InvalidParameterException" },
      { name: "a type there is not", with: { budgetType: "MONEY" }, code: "InvalidParameterException" },
      { name: "no limit", with: { limitAmount: null }, code: "InvalidParameterException" },
      { name: "a limit of nothing", with: { limitAmount: "0" }, code: "InvalidParameterException" },
      { name: "a limit in words", with: { limitAmount: "much" }, code: "InvalidParameterException" },
      { name: "a limit without a unit", with: { limitUnit: null }, code: "InvalidParameterException" },
      { name: "a cost in hours", with: { limitUnit: "Hrs" }, code: "InvalidParameterException" },
      { name: "a name with a colon", with: { name: "monthly:launch" }, code: "InvalidParameterException" },
      { name: "a name of 101 characters", with: { name: "m".repeat(101) }, code: "InvalidParameterException" },
      {
        name: "a filter there is not",
        with: { costFilters: [{ name: "Team", values: ["lobby"] }] },
        code: "InvalidParameterException",
        property: "costFilters[0].name",
      },
      {
        name: "a tag without its value",
        with: { costFilters: [{ name: "TagKeyValue", values: ["team"] }] },
        code: "InvalidParameterException",
        property: "costFilters[0].values",
      },
      {
        name: "a notification that nobody hears",
        with: { notifications: [silent] },
        code: "InvalidParameterException",
        property: "notifications[0]",
      },
      {
        name: "the same notification twice",
        with: { notifications: [mailed, mailed] },
        code: "DuplicateRecordException",
        property: "notifications[1]",
      },
      {
        name: "a comparison there is not",
        with: { notifications: [{ ...mailed, comparisonOperator: "ABOVE" }] },
        code: "InvalidParameterException",
        property: "notifications[0].comparisonOperator",
      },
      {
        name: "a topic that does not exist",
        with: (made) => ({ notifications: [{ ...silent, subscriberSnsTopicArns: [`${made["topic"]?.id}-2`] }] }),
        code: "InvalidParameterException",
        at: "create",
      },
    ],
    taken: { code: "DuplicateRecordException" },
  },
];

conformance(cases);
