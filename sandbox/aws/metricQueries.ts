import type { Problem } from "../model/rule.ts";
import { isProperties, list, type Properties, text } from "../model/values.ts";

/** How many metrics one alarm may look at. Source: CloudWatch user guide, "Create an alarm based on a metric math expression". */
const MOST_METRICS = 10;
const HOUR = 3600;
const DAY = 86_400;

/** What is wrong with the queries of an alarm. Source: CloudWatch API reference, MetricDataQuery and PutMetricAlarm. */
export function queryProblems(inputs: Properties): readonly Problem[] {
  const queries = list(inputs, "metricQueries").filter(isProperties);
  if (queries.length === 0) return [];
  const ids = queries.map((query) => text(query, "id") ?? "");
  const metrics = queries.filter(({ metric }) => metric !== undefined);
  const returned = queries.filter(({ returnData }) => returnData === true);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  return [
    ...(returned.length === 1 ? [] : [problem("Exactly one element of the metrics list should return data.")]),
    ...(twice === undefined ? [] : [problem(`The id '${twice}' is used more than once.`)]),
    ...(metrics.length <= MOST_METRICS ? [] : [problem(`At most ${MOST_METRICS} metrics, not ${metrics.length}.`)]),
    ...queries.flatMap((query) => queryProblem(query, ids)),
    ...metrics.flatMap(({ metric }) => spanProblem(inputs, isProperties(metric) ? metric : {})),
  ];
}

function queryProblem(query: Properties, ids: readonly string[]): readonly Problem[] {
  const id = text(query, "id") ?? "";
  if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) return [problem(`The id '${id}' must begin with a lower-case letter.`)];
  const given = ["metric", "expression"].filter((name) => query[name] !== undefined);
  if (given.length !== 1) return [problem(`'${id}' must have either a metric or an expression.`)];
  const named = (text(query, "expression") ?? "").match(/\b[a-z][a-zA-Z0-9_]*\b/g) ?? [];
  const strange = named.find((name) => !ids.includes(name));
  return strange === undefined ? [] : [problem(`The expression of '${id}' names '${strange}', which no query is.`)];
}

function spanProblem(inputs: Properties, metric: Properties): readonly Problem[] {
  const { period } = metric;
  const periods = inputs["evaluationPeriods"];
  if (typeof period !== "number" || typeof periods !== "number") return [];
  if (![10, 20, 30].includes(period) && (period <= 0 || period % 60 !== 0)) {
    return [problem(`The period of '${text(metric, "metricName")}' must be 10, 20, 30 or a multiple of 60.`)];
  }
  const longest = period < HOUR ? DAY : 7 * DAY;
  if (period * periods <= longest) return [];
  return [problem(`Metrics cannot be checked across more than ${longest} seconds (EvaluationPeriods * Period)`)];
}

function problem(message: string): Problem {
  return { code: "ValidationError", message, property: "metricQueries" };
}
