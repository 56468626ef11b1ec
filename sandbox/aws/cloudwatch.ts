import type { ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { type Properties, text, type Value } from "../model/values.ts";
import { arn, globalArn } from "./arn.ts";
import { compositeAlarm, dependingComposite } from "./cloudwatchComposite.ts";
import { insightRule } from "./cloudwatchInsights.ts";
import { ALARM, actionsRule, cloudwatch, deafAction } from "./cloudwatchService.ts";
import { bodyFaults } from "./dashboardBody.ts";
import { queryProblems } from "./metricQueries.ts";
import { tagsRule } from "./tags.ts";

const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";

/** Seconds of the metrics of an hour's resolution, and how far back alarms look at those and at finer ones. */
const HOUR = 3600;
const DAY = 86_400;

const alarm: ResourceModel = {
  type: ALARM,
  service: cloudwatch,
  inputs: inputsOf(ALARM, {
    name: { minLength: 1 },
    alarmActions: actionsRule,
    okActions: actionsRule,
    insufficientDataActions: actionsRule,
    dimensions: { items: { minLength: 1, maxLength: 1024 }, check: tooMany },
    extendedStatistic: {
      pattern: "^(p(\\d{1,2}(\\.\\d{1,10})?|100)|(tm|wm|tc|ts)\\d{1,2}(\\.\\d{1,10})?|IQM|(PR|TM|WM|TC|TS)\\(.+\\))$",
    },
    evaluateLowSampleCountPercentiles: { enum: ["evaluate", "ignore"] },
    period: {
      check: (value) => (isPeriod(Number(value)) ? undefined : "must be 10, 20, 30 or a multiple of 60 seconds"),
    },
    tags: tagsRule("ValidationError"),
  }),
  autoname: { property: "name", maxLength: 255 },
  check: (inputs) => [
    ...wrongSource(inputs),
    ...wrongThreshold(inputs),
    ...wrongSpan(inputs),
    ...queryProblems(inputs),
  ],
  refuse: deafAction,
  refuseDelete: dependingComposite,
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place }) => arn("cloudwatch", place, `alarm:${id}`),
    evaluateLowSampleCountPercentiles: () => "",
  },
  keys: ["arn"],
  seconds: { create: 1, delete: 1 },
};

function isPeriod(seconds: number): boolean {
  return [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);
}

function tooMany(dimensions: Value): string | undefined {
  const count = Object.keys(dimensions ?? {}).length;
  return count > 30 ? `must have at most 30 dimensions, not ${count}` : undefined;
}

/** An alarm watches one metric, or an expression over several, or a query. */
function wrongSource(inputs: Properties): readonly Problem[] {
  const ways = ["metricName", "metricQueries", "evaluationCriteria"];
  const given = ways.filter((name) => inputs[name] !== undefined);
  if (given.length !== 1) {
    return [combination(`exactly one of ${ways.join(", ")} must be given`, given[1] ?? "metricName")];
  }
  if (given[0] !== "metricName") {
    const strange = ["namespace", "statistic", "extendedStatistic", "dimensions", "period", "unit"].find(
      (name) => inputs[name] !== undefined,
    );
    return strange === undefined ? [] : [combination(`${strange} cannot be given together with ${given[0]}`, strange)];
  }
  const statistics = ["statistic", "extendedStatistic"].filter((name) => inputs[name] !== undefined);
  return [
    ...missing(inputs, ["namespace", "period"]),
    ...(statistics.length === 1
      ? []
      : [combination("exactly one of statistic and extendedStatistic must be given", "statistic")]),
  ];
}

function wrongThreshold(inputs: Properties): readonly Problem[] {
  if (inputs["evaluationCriteria"] !== undefined) return [];
  const given = ["threshold", "thresholdMetricId"].filter((name) => inputs[name] !== undefined);
  return [
    ...missing(inputs, ["comparisonOperator", "evaluationPeriods"]),
    ...(given.length === 1
      ? []
      : [combination("exactly one of threshold and thresholdMetricId must be given", "threshold")]),
  ];
}

/** Source: PutMetricAlarm, EvaluationPeriods: a day for periods below an hour, a week for longer ones. */
function wrongSpan(inputs: Properties): readonly Problem[] {
  const { period, evaluationPeriods, datapointsToAlarm } = inputs;
  if (above(datapointsToAlarm, evaluationPeriods)) {
    return [invalid("datapointsToAlarm must be less than or equal to evaluationPeriods", "datapointsToAlarm")];
  }
  if (typeof period !== "number" || typeof evaluationPeriods !== "number") return [];
  const longest = period < HOUR ? DAY : 7 * DAY;
  if (period * evaluationPeriods <= longest) return [];
  const message = `Metrics cannot be checked across more than ${longest} seconds (EvaluationPeriods * Period)`;
  return [invalid(message, "evaluationPeriods")];
}

function above(a: Value | undefined, b: Value | undefined): boolean {
  return typeof a === "number" && typeof b === "number" && a > b;
}

function missing(inputs: Properties, names: readonly string[]): readonly Problem[] {
  return names
    .filter((name) => inputs[name] === undefined)
    .map((property) => ({ code: "ValidationError", message: `${property} must be given`, property }));
}

function combination(message: string, property: string): Problem {
  return { code: "InvalidParameterCombination", message, property };
}

function invalid(message: string, property: string): Problem {
  return { code: "ValidationError", message, property };
}

/** Dashboards belong to the account as a whole. Putting one that exists writes over it. */
const dashboard: ResourceModel = {
  type: DASHBOARD,
  service: cloudwatch,
  scope: "account",
  codes: { invalid: "InvalidParameterInput", missing: "InvalidParameterInput" },
  inputs: inputsOf(DASHBOARD, {
    dashboardName: { minLength: 1, maxLength: 255, pattern: "^[A-Za-z0-9_-]+$" },
    dashboardBody: { json: true, maxLength: 1_048_576, check: (body) => wrongBody(String(body)) },
  }),
  id: ({ inputs }) => text(inputs, "dashboardName") ?? "",
  outputs: {
    dashboardArn: ({ id, place }) => globalArn("cloudwatch", place, `dashboard/${id}`),
    region: ({ place }) => place.region,
  },
  seconds: { create: 1, delete: 1 },
};

function wrongBody(body: string): string | undefined {
  const faults = bodyFaults(body);
  if (faults.length === 0) return undefined;
  return `is invalid, there are ${faults.length} validation errors: ${faults.slice(0, 5).join("; ")}`;
}

/** Amazon CloudWatch: alarms, dashboards and Contributor Insights. */
export const cloudwatchModels: readonly ResourceModel[] = [alarm, compositeAlarm, dashboard, insightRule];
