import type { Problem, PropertyRule } from "../model/rule.ts";
import { isList, isProperties, list, object, type Properties, text, UNKNOWN, type Value } from "../model/values.ts";
import { expectedOwner, LIFECYCLE, ofBucket, xmlEnum } from "./s3Service.ts";

/** Source of all rules here: Amazon S3 API reference, PutBucketLifecycleConfiguration, and user guide, "Lifecycle transitions". */
const ACTIONS = [
  "expiration",
  "transitions",
  "noncurrentVersionExpiration",
  "noncurrentVersionTransitions",
  "abortIncompleteMultipartUpload",
];
const FILTERS = ["prefix", "tag", "and", "objectSizeGreaterThan", "objectSizeLessThan"];
/** Classes that take objects of at least 30 days only. */
const INFREQUENT = ["STANDARD_IA", "ONEZONE_IA"];

const storageClass = xmlEnum(...INFREQUENT, "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE");
const days: PropertyRule = { min: 1 };

export const lifecycle = ofBucket(LIFECYCLE, {
  absent: "NoSuchLifecycleConfiguration",
  inputs: {
    expectedBucketOwner: { ...expectedOwner, computed: false },
    transitionDefaultMinimumObjectSize: xmlEnum("all_storage_classes_128K", "varies_by_storage_class"),
    rules: {
      required: true,
      minItems: 1,
      maxItems: 1000,
      items: {
        properties: {
          id: { minLength: 1, maxLength: 255 },
          status: xmlEnum("Enabled", "Disabled"),
          expiration: { properties: { days } },
          noncurrentVersionExpiration: { properties: { noncurrentDays: days } },
          abortIncompleteMultipartUpload: { properties: { daysAfterInitiation: days } },
          transitions: { items: { properties: { storageClass } } },
          noncurrentVersionTransitions: { items: { properties: { storageClass, noncurrentDays: days } } },
        },
      },
    },
  },
  check: (inputs) => {
    const rules = list(inputs, "rules");
    const ids = rules.map((rule) => (isProperties(rule) ? text(rule, "id") : undefined));
    const twice = ids.findIndex((id, i) => id !== undefined && ids.indexOf(id) !== i);
    return [
      ...(twice < 0 ? [] : [problem("InvalidArgument", "Rule ID must be unique", `rules[${twice}].id`)]),
      ...rules.flatMap((rule, i) => (isProperties(rule) ? ruleProblems(rule, `rules[${i}]`) : [])),
    ];
  },
  outputs: { transitionDefaultMinimumObjectSize: () => "all_storage_classes_128K" },
  seconds: { create: 10, update: 10 },
});

function problem(code: string, message: string, property: string): Problem {
  return { code, message, property };
}

function ruleProblems(rule: Properties, at: string): readonly Problem[] {
  return [
    ...(ACTIONS.some((name) => isGiven(rule[name]))
      ? []
      : [problem("InvalidRequest", "At least one action needs to be specified in a rule", at)]),
    ...oneOf(object(rule, "filter"), FILTERS, `${at}.filter`),
    ...oneOf(object(rule, "expiration"), ["date", "days", "expiredObjectDeleteMarker"], `${at}.expiration`),
    ...transitionProblems(rule, at),
  ];
}

function isGiven(action: Value | undefined): boolean {
  return action === UNKNOWN || isProperties(action) || (isList(action) && action.length > 0);
}

/** An object of the API's XML that takes one of several elements. */
function oneOf(given: Properties, names: readonly string[], at: string): readonly Problem[] {
  const present = names.filter((name) => given[name] !== undefined && given[name] !== false && given[name] !== 0);
  if (present.length <= 1) return [];
  return [problem("MalformedXML", `${present.join(" and ")} cannot be given together`, at)];
}

function transitionProblems(rule: Properties, at: string): readonly Problem[] {
  const expiry = object(rule, "expiration")["days"];
  return list(rule, "transitions").flatMap((transition, i) => {
    if (!isProperties(transition)) return [];
    const { days: after, storageClass: to } = transition;
    if (typeof after !== "number") return [];
    const property = `${at}.transitions[${i}].days`;
    if (INFREQUENT.includes(String(to)) && after < 30) {
      const message = `'Days' in Transition action must be greater than or equal to 30 for storageClass '${String(to)}'`;
      return [problem("InvalidArgument", message, property)];
    }
    if (typeof expiry !== "number" || expiry > after) return [];
    const message = "'Days' in the Expiration action must be greater than 'Days' in the Transition action";
    return [problem("InvalidArgument", message, property)];
  });
}
