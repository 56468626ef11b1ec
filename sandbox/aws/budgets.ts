import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, type Properties, sameValue, text, texts, type Value } from "../model/values.ts";
import { globalArn } from "./arn.ts";
import { TOPIC } from "./sns.ts";
import { tagsRule } from "./tags.ts";

const BUDGET = "aws:budgets/budget:Budget";

/** Source of the codes: AWS Budgets API reference, the errors of CreateBudget. */
const budgets: Service = {
  name: "budgets",
  codes: {
    missing: "InvalidParameterException",
    invalid: "InvalidParameterException",
    notFound: "NotFoundException",
    inUse: "ResourceLockedException",
    throttled: "ThrottlingException",
  },
};

/** Types of budgets that count money or machines; the others count percent of a reservation. */
const LIMITED = ["COST", "USAGE"];
const TYPES = [...LIMITED, "RI_UTILIZATION", "RI_COVERAGE", "SAVINGS_PLANS_UTILIZATION", "SAVINGS_PLANS_COVERAGE"];

/** Source: AWS Budgets API reference, "Budget", the keys of CostFilters. */
const FILTERS = [
  "AZ",
  "BillingEntity",
  "CostCategory",
  "InstanceType",
  "InvoicingEntity",
  "LegalEntityName",
  "LinkedAccount",
  "OperatingSystem",
  "Operation",
  "Platform",
  "PurchaseType",
  "Region",
  "ReservedInstance",
  "Service",
  "TagKeyValue",
  "Tenancy",
  "UsageType",
  "UsageTypeGroup",
];

const amount: PropertyRule = {
  check: (value) =>
    /^\d{1,15}(\.\d{1,10})?$/.test(String(value)) && Number(value) > 0
      ? undefined
      : `must be an amount above zero such as 100.00, not '${String(value)}'`,
};

/** Limits: AWS Budgets API reference, "Notification" and "Subscriber". */
const notification: PropertyRule = {
  properties: {
    comparisonOperator: { enum: ["GREATER_THAN", "LESS_THAN", "EQUAL_TO"] },
    notificationType: { enum: ["ACTUAL", "FORECASTED"] },
    thresholdType: { enum: ["PERCENTAGE", "ABSOLUTE_VALUE"] },
    threshold: { min: 0.1, max: 15_000_000_000_000 },
    subscriberEmailAddresses: {
      unordered: true,
      maxItems: 10,
      items: { maxLength: 50, pattern: "^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$" },
    },
    subscriberSnsTopicArns: {
      unordered: true,
      maxItems: 1,
      items: { pattern: "^arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[A-Za-z0-9_.-]+$" },
    },
  },
};

const budget: ResourceModel = {
  type: BUDGET,
  service: budgets,
  scope: "account",
  inputs: inputsOf(BUDGET, {
    name: { immutable: true, minLength: 1, maxLength: 100, pattern: "^(?![\\s\\S]*\\/action\\/)[^:\\\\]+$" },
    accountId: { immutable: true, pattern: "^\\d{12}$" },
    budgetType: { enum: TYPES },
    timeUnit: { enum: ["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY", "CUSTOM"] },
    limitAmount: amount,
    costFilters: { unordered: true, items: { properties: { name: { enum: FILTERS }, values: { minItems: 1 } } } },
    notifications: { unordered: true, maxItems: 10, items: notification },
    plannedLimits: { unordered: true, items: { properties: { amount } } },
    timePeriodEnd: { default: "2087-06-15_00:00" },
    tags: tagsRule("InvalidParameterException"),
  }),
  autoname: { property: "name", maxLength: 100 },
  unique: [{ by: ["accountId", "name"], code: "DuplicateRecordException" }],
  check: (inputs) => [...wrongLimit(inputs), ...wrongFilters(inputs), ...wrongNotifications(inputs)],
  refuse: deafSubscriber,
  id: ({ inputs, place }) => `${text(inputs, "accountId") ?? place.account}:${text(inputs, "name")}`,
  outputs: {
    accountId: ({ place }) => place.account,
    arn: ({ inputs, place }) => globalArn("budgets", place, `budget/${text(inputs, "name")}`),
    costTypes: () => ({
      includeCredit: true,
      includeDiscount: true,
      includeOtherSubscription: true,
      includeRecurring: true,
      includeRefund: true,
      includeSubscription: true,
      includeSupport: true,
      includeTax: true,
      includeUpfront: true,
      useAmortized: false,
      useBlended: false,
    }),
    costFilters: () => [],
    limitAmount: () => "100.0",
    limitUnit: () => "PERCENTAGE",
    // A budget counts from the beginning of the month in which it is made.
    timePeriodStart: ({ cloud }) => `${cloud.now.slice(0, 7)}-01_00:00`,
    namePrefix: () => "",
  },
  seconds: { create: 1, update: 1, delete: 1 },
};

function wrongLimit(inputs: Properties): readonly Problem[] {
  if (!LIMITED.includes(text(inputs, "budgetType") ?? "")) return [];
  const ways = ["limitAmount", "plannedLimits", "autoAdjustData"].filter((name) => inputs[name] !== undefined);
  if (ways.length !== 1) {
    return [
      invalid("exactly one of limitAmount, plannedLimits, autoAdjustData must be given", ways[1] ?? "limitAmount"),
    ];
  }
  if (ways[0] !== "limitAmount") return [];
  const unit = text(inputs, "limitUnit");
  if (inputs["limitUnit"] === undefined) return [invalid("limitUnit must be given", "limitUnit")];
  if (inputs["budgetType"] !== "COST" || unit === undefined || /^[A-Z]{3}$/.test(unit)) return [];
  return [invalid(`a budget of cost is in a currency such as USD, not in '${unit}'`, "limitUnit")];
}

function wrongFilters(inputs: Properties): readonly Problem[] {
  if (inputs["costFilters"] !== undefined && inputs["filterExpression"] !== undefined) {
    return [invalid("costFilters cannot be given together with filterExpression", "filterExpression")];
  }
  return list(inputs, "costFilters").flatMap((filter, i) => {
    if (!isProperties(filter) || filter["name"] !== "TagKeyValue") return [];
    const strange = texts(filter["values"]).find((value) => !/^(user|aws):[^$]+\$/.test(value));
    if (strange === undefined) return [];
    return [invalid(`'${strange}' must have the form user:<key>$<value>`, `costFilters[${i}].values`)];
  });
}

function wrongNotifications(inputs: Properties): readonly Problem[] {
  const given = list(inputs, "notifications");
  const silent = given.findIndex(
    (each) =>
      isProperties(each) &&
      each["subscriberSnsTopicArns"] === undefined &&
      each["subscriberEmailAddresses"] === undefined,
  );
  if (silent >= 0) return [invalid("a notification needs a subscriber", `notifications[${silent}]`)];
  const twice = given.findIndex((each, i) => given.slice(0, i).some((other) => alike(each, other)));
  if (twice < 0) return [];
  const message = "the same notification stands there twice";
  return [{ code: "DuplicateRecordException", message, property: `notifications[${twice}]` }];
}

function alike(a: Value, b: Value): boolean {
  const names = ["comparisonOperator", "notificationType", "threshold", "thresholdType"];
  return isProperties(a) && isProperties(b) && names.every((name) => sameValue(a[name], b[name]));
}

function invalid(message: string, property: string): Problem {
  return { code: "InvalidParameterException", message, property };
}

/** A topic of the own account must exist. What another account or region has cannot be seen from here. */
function deafSubscriber({ inputs, place, cloud }: Draft): Problem | undefined {
  const topics = list(inputs, "notifications").flatMap((each) =>
    isProperties(each) ? texts(each["subscriberSnsTopicArns"]) : [],
  );
  const missing = topics.find((topic) => {
    const [, , , region, account] = topic.split(":");
    return region === place.region && account === place.account && cloud.find(TOPIC, topic) === undefined;
  });
  if (missing === undefined) return undefined;
  return invalid(`the topic '${missing}' does not exist`, "notifications");
}

/** AWS Budgets. */
export const budgetsModels: readonly ResourceModel[] = [budget];
