import type { ResourceModel, Service } from "../model/model.ts";
import { inputsOf } from "../model/schema.ts";
import { text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { statementsOf } from "./policyDocument.ts";
import { tagsRule } from "./tags.ts";

const SINK = "aws:oam/sink:Sink";
const POLICY = "aws:oam/sinkPolicy:SinkPolicy";

/** Source of the codes: CloudWatch Observability Access Manager API reference, the errors of each action. */
const oam: Service = {
  name: "oam",
  codes: {
    missing: "MissingRequiredParameterException",
    invalid: "InvalidParameterException",
    notFound: "ResourceNotFoundException",
    inUse: "ConflictException",
    throttled: "ThrottlingException",
  },
};

/** Sinks of an account in one region. Source: API reference, CreateSink. */
const MOST_SINKS = 1;

const sink: ResourceModel = {
  type: SINK,
  service: oam,
  inputs: inputsOf(SINK, { tags: tagsRule("InvalidParameterException") }),
  autoname: { property: "name", maxLength: 255 },
  deleteBeforeReplace: true,
  refuse: ({ id, cloud }) => {
    const others = cloud.all(SINK).filter((each) => each.id !== id).length;
    if (others < MOST_SINKS) return undefined;
    return { code: "ServiceQuotaExceededException", message: "An account has one sink in a region" };
  },
  removes: ({ id }, cloud) => cloud.all(POLICY).filter(({ outputs }) => outputs["sinkIdentifier"] === id),
  id: ({ place, cloud }) => arn("oam", place, `sink/${cloud.random.uuid()}`),
  outputs: { arn: ({ id }) => id, sinkId: ({ id }) => id.split("/").at(-1) ?? "" },
  keys: ["arn"],
};

/** What a sink's policy may speak of. Source: API reference, PutSinkPolicy. */
const ACTIONS = ["oam:createlink", "oam:updatelink"];

const sinkPolicy: ResourceModel = {
  type: POLICY,
  service: oam,
  inputs: inputsOf(POLICY, {
    sinkIdentifier: {
      immutable: true,
      ref: { type: SINK, by: "arn", code: "ResourceNotFoundException", holds: false },
    },
    policy: { json: true, check: (document) => policyFault(String(document)) },
  }),
  id: ({ inputs }) => text(inputs, "sinkIdentifier") ?? "",
  outputs: { arn: ({ id }) => id, sinkId: ({ id }) => id.split("/").at(-1) ?? "" },
};

function policyFault(document: string): string | undefined {
  const statements = statementsOf(document);
  if (statements.length === 0) return "must have a statement";
  const strange = statements
    .flatMap(({ actions }) => actions)
    .find((action) => !ACTIONS.includes(action.toLowerCase()));
  return strange === undefined ? undefined : `allows '${strange}': a sink's policy speaks of links alone`;
}

/** CloudWatch Observability Access Manager. */
export const oamModels: readonly ResourceModel[] = [sink, sinkPolicy];
