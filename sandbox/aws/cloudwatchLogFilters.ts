import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { FILTER, GROUP, INVALID, logs } from "./cloudwatchLogsService.ts";

const QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition";

/** Source: CloudWatch Logs quotas, "Metrics filters". */
const FILTERS_PER_GROUP = 100;

export const metricFilter: ResourceModel = {
  type: FILTER,
  service: logs,
  inputs: inputsOf(FILTER, {
    name: { pattern: "^[^:*]+$" },
    // A filter is part of its group, and goes with it.
    logGroupName: { ref: { type: GROUP, code: "ResourceNotFoundException", holds: false } },
    pattern: { code: INVALID, check: (pattern) => patternFault(String(pattern)) },
    metricTransformation: {
      properties: {
        name: { minLength: 1, maxLength: 255, pattern: "^[^:*$]+$" },
        namespace: { minLength: 1, maxLength: 255, pattern: "^[^:*$]+$" },
        unit: { default: "None" },
      },
    },
  }),
  autoname: { property: "name", maxLength: 512 },
  check: valueWithDimensions,
  refuse: tooManyFilters,
  // The provider's id is the name alone, which filters of other groups may have too.
  id: ({ inputs }) => `${text(inputs, "logGroupName")}:${text(inputs, "name")}`,
  seconds: { create: 1 },
};

/** Brackets and quotes must close. Source: CloudWatch Logs user guide, "Filter pattern syntax". */
function patternFault(pattern: string): string | undefined {
  const bare = pattern.replace(/"(\\.|[^"\\])*"/g, "");
  const closed = (open: string, close: string): boolean => bare.split(open).length === bare.split(close).length;
  if (!bare.includes('"') && closed("{", "}") && closed("(", ")") && closed("[", "]")) return undefined;
  return `is no filter pattern: Invalid character(s) in term '${pattern.slice(0, 40)}'`;
}

function valueWithDimensions(inputs: Properties): readonly Problem[] {
  const { defaultValue, dimensions } = object(inputs, "metricTransformation");
  if (defaultValue === undefined || dimensions === undefined) return [];
  const message = "Invalid metric transformation: dimensions and default value are mutually exclusive properties.";
  return [{ code: INVALID, message, property: "metricTransformation" }];
}

function tooManyFilters({ id, inputs, cloud }: Draft): Problem | undefined {
  const group = text(inputs, "logGroupName");
  const others = cloud.all(FILTER).filter((each) => each.id !== id && each.outputs["logGroupName"] === group);
  if (others.length < FILTERS_PER_GROUP) return undefined;
  return { code: "LimitExceededException", message: "Resource limit exceeded.", property: "logGroupName" };
}

/** A saved query. It names groups that need not exist. */
export const queryDefinition: ResourceModel = {
  type: QUERY,
  service: logs,
  inputs: inputsOf(QUERY, { name: { pattern: "^([^:*\\/]+\\/?)*[^:*\\/]+$" } }),
  autoname: { property: "name", maxLength: 255 },
  id: ({ cloud }) => cloud.random.uuid(),
  outputs: {
    queryDefinitionId: ({ id }) => id,
    arn: ({ id, place }) => arn("logs", place, `query-definition:${id}`),
  },
  seconds: { create: 1 },
};
