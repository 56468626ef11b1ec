import type { Answering, Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { containsUnknown, type Properties, UNKNOWN, type Value } from "../model/values.ts";
import { alreadyExists, forbiddenObject, invalidObject, objectNotFound } from "./apiStatus.ts";
import { isUnknown } from "./fieldError.ts";
import { type Kind, NAMESPACE, tokenOf } from "./kind.ts";
import {
  checkedObject,
  completedMetadata,
  idOf,
  isAutonamed,
  metadataErrors,
  nameOf,
  namespaceOf,
} from "./metadata.ts";
import { quotaRefusal } from "./quota.ts";
import { schemaProblems } from "./schemaCheck.ts";

/** Reasons of the API server. Nothing in Kubernetes is kept from being deleted by what refers to it. */
const service: Service = {
  name: "kubernetes",
  codes: {
    missing: "Invalid",
    invalid: "Invalid",
    notFound: "NotFound",
    inUse: "Forbidden",
    throttled: "TooManyRequests",
  },
};

/** The model of a kind: all that the API server and the Kubernetes provider do alike for every object. */
export function objectModel(kind: Kind): ResourceModel {
  const { replacing = [], companions, removes, seconds, refuseDelete } = kind;
  return {
    type: tokenOf(kind),
    service,
    scope: "cluster",
    inputs: {},
    id: ({ inputs }) => idOf(inputs),
    importId: (given) => (kind.namespaced && !given.includes("/") ? `default/${given}` : given),
    checked: (request) => checkedObject(kind, request),
    check: (object) => problemsOf(kind, object),
    answer: (answering) => answerOf(kind, answering),
    secretOutputs: kind.secretOutputs ?? [],
    replacing: (change) => [
      "metadata.name",
      "metadata.namespace",
      ...(typeof replacing === "function" ? replacing(change) : replacing),
    ],
    deleteBeforeReplace: mustGoFirst,
    refuse: (draft) => refusal(kind, draft),
    ...(companions === undefined ? {} : { companions }),
    ...(removes === undefined ? {} : { removes }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(refuseDelete === undefined ? {} : { refuseDelete }),
  };
}

function problemsOf(kind: Kind, object: Properties): readonly Problem[] {
  const name = nameOf(object) ?? "";
  const schema = schemaProblems(kind, object, name);
  // An object that does not decode is not validated.
  if (schema.length > 0) return schema;
  return [...metadataErrors(kind, object), ...(kind.check?.(object) ?? [])]
    .filter(({ field }) => !isUnknown(object, field))
    .map((error) => invalidObject(kind, name, error));
}

function answerOf(kind: Kind, { inputs, previous, draft }: Answering): Properties {
  const completion = {
    wanted: inputs,
    ...(previous === undefined ? {} : { previous }),
    ...(draft === undefined ? {} : { draft }),
  };
  const body = kind.complete?.(completion) ?? inputs;
  const completed: Properties = { ...body, metadata: completedMetadata(kind, body, completion) };
  if (kind.status === undefined) return completed;
  const known = draft !== undefined || (previous !== undefined && !containsUnknown(completed));
  const status: Value = known ? kind.status(completed, completion) : UNKNOWN;
  return { ...completed, status };
}

/** Two objects of one name cannot be there at once; a name that was made up is made anew. */
function mustGoFirst(olds: Properties, news: Properties): boolean {
  return nameOf(news) !== undefined && !isAutonamed(news) && idOf(olds) === idOf(news);
}

function refusal(kind: Kind, draft: Draft): Problem | undefined {
  const { inputs, cloud, previous } = draft;
  const name = nameOf(inputs) ?? "";
  if (previous !== undefined) {
    const [error] = kind.frozen?.(previous.outputs, inputs) ?? [];
    return error === undefined ? kind.refuse?.(draft) : invalidObject(kind, name, error);
  }
  const namespace = namespaceOf(inputs);
  if (namespace !== undefined && cloud.find(NAMESPACE, namespace) === undefined) {
    return objectNotFound("namespaces", namespace);
  }
  if (cloud.find(tokenOf(kind), idOf(inputs)) !== undefined) return alreadyExists(kind, name);
  const over = quotaRefusal(kind, draft);
  if (over !== undefined) return forbiddenObject(kind, name, over);
  return kind.refuse?.(draft);
}
