import { isProperties, list, object, type Properties, text, texts, UNKNOWN, type Value } from "../model/values.ts";
import { errors, type FieldError, forbidden, invalid, required } from "./fieldError.ts";
import { labelErrors } from "./metadata.ts";
import { qualifiedName } from "./names.ts";

/** What is wrong with a label selector. */
export function selectorErrors(selector: Value | undefined, field: string): FieldError[] {
  if (!isProperties(selector)) return [];
  return errors(
    labelErrors(selector["matchLabels"], `${field}.matchLabels`),
    list(selector, "matchExpressions").flatMap((expression, i) =>
      isProperties(expression) ? expressionErrors(expression, `${field}.matchExpressions[${i}]`) : [],
    ),
  );
}

function expressionErrors(expression: Properties, field: string): FieldError[] {
  const operator = text(expression, "operator");
  const key = text(expression, "key");
  const values = list(expression, "values");
  const badKey = key === undefined ? undefined : qualifiedName(key);
  const takes = operator === "In" || operator === "NotIn";
  const known = takes || operator === "Exists" || operator === "DoesNotExist";
  return errors(
    badKey !== undefined && invalid(`${field}.key`, key, badKey),
    operator !== undefined && !known && invalid(`${field}.operator`, operator, "not a valid selector operator"),
    takes && values.length === 0 && expression["values"] !== UNKNOWN
      ? required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")
      : undefined,
    known && !takes && values.length > 0
      ? forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
      : undefined,
  );
}

/** Whether labels match a selector; undefined when it cannot be told yet. An empty selector matches all. */
function matches(selector: Properties, labels: Value | undefined): boolean | undefined {
  if (labels === UNKNOWN || selector["matchLabels"] === UNKNOWN) return undefined;
  const of = isProperties(labels) ? labels : {};
  const wanted = Object.entries(object(selector, "matchLabels"));
  if (wanted.some(([key, value]) => value === UNKNOWN || of[key] === UNKNOWN)) return undefined;
  return (
    wanted.every(([key, value]) => of[key] === value) &&
    list(selector, "matchExpressions").every((one) => !isProperties(one) || meets(one, of))
  );
}

function meets(expression: Properties, labels: Properties): boolean {
  const label = text(labels, text(expression, "key") ?? "");
  const among = label !== undefined && texts(expression["values"]).includes(label);
  switch (text(expression, "operator")) {
    case "In":
      return among;
    case "NotIn":
      return !among;
    case "Exists":
      return label !== undefined;
    case "DoesNotExist":
      return label === undefined;
    default:
      return true;
  }
}

/** Selector and template of a workload: the selector may not be empty, and its own pods must match it. */
export function ownPodsErrors(spec: Properties): FieldError[] {
  const { selector } = spec;
  if (!isProperties(selector)) return [];
  const labels = object(object(spec, "template"), "metadata")["labels"];
  const empty = selector["matchLabels"] === undefined && selector["matchExpressions"] === undefined;
  const foreign = object(spec, "template")["metadata"] !== UNKNOWN && matches(selector, labels) === false;
  return errors(
    selectorErrors(selector, "spec.selector"),
    empty && invalid("spec.selector", {}, "empty selector is invalid for a workload"),
    foreign &&
      invalid("spec.template.metadata.labels", shownLabels(labels), "`selector` does not match template `labels`"),
  );
}

function shownLabels(labels: Value | undefined): Value {
  return isProperties(labels) ? labels : {};
}
