import type { ResourceModel } from "../model/model.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, type Properties, text, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { cloudwatch } from "./cloudwatchService.ts";
import { tagsRule } from "./tags.ts";

const RULE = "aws:cloudwatch/contributorInsightRule:ContributorInsightRule";

export const insightRule: ResourceModel = {
  type: RULE,
  service: cloudwatch,
  codes: { invalid: "InvalidParameterValue", missing: "MissingParameter", notFound: "ResourceNotFoundException" },
  inputs: inputsOf(RULE, {
    ruleDefinition: { json: true, maxLength: 8192, check: (body) => definitionFault(String(body)) },
    tags: tagsRule("InvalidParameterValue"),
  }),
  id: ({ inputs }) => text(inputs, "ruleName") ?? "",
  outputs: {
    resourceArn: ({ id, place }) => arn("cloudwatch", place, `insight-rule/${id}`),
    ruleState: () => "ENABLED",
  },
  seconds: { create: 1, delete: 1 },
};

/** Source: CloudWatch user guide, "Contributor Insights rule syntax in CloudWatch". */
function definitionFault(body: string): string | undefined {
  const parsed: Value = JSON.parse(body);
  const definition: Properties = isProperties(parsed) ? parsed : {};
  const { Name, Version } = object(definition, "Schema");
  if (Name !== "CloudWatchLogRule" || Version !== 1) return "must have the schema CloudWatchLogRule of version 1";
  if (list(definition, "LogGroupNames").length === 0 && definition["LogGroupARNs"] === undefined) {
    return "must name at least one log group";
  }
  const format = text(definition, "LogFormat") ?? "";
  if (!["JSON", "CLF"].includes(format)) return "must have the LogFormat JSON or CLF";
  const keys = list(object(definition, "Contribution"), "Keys").length;
  if (keys < 1 || keys > 4) return `must have one to four Contribution.Keys, not ${keys}`;
  if (!["Count", "Sum"].includes(text(definition, "AggregateOn") ?? "")) return "must have AggregateOn Count or Sum";
  return undefined;
}
