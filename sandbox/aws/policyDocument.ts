import type { PropertyRule } from "../model/rule.ts";
import { isList, isProperties, type Properties, texts, type Value } from "../model/values.ts";

/**
 * Where a policy stands: at an identity (who is given), as a role's trust (what is given), or at a resource.
 * Source of all rules here: AWS IAM user guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy language".
 */
export type PolicyKind = "identity" | "trust" | "resource";

/** One statement of a policy that is in order. */
export interface PolicyStatement {
  readonly effect: string;
  /** Without `NotPrincipal`. `"*"` stands under `AWS`. */
  readonly principals: Readonly<Record<string, readonly string[]>>;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditional: boolean;
}

const KEYS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
const VERSIONS = ["2012-10-17", "2008-10-17"];
const OPERATOR =
  /^(ForAllValues:|ForAnyValue:)?(Null|(String(Not)?(Equals(IgnoreCase)?|Like)|Numeric((Not)?Equals|(Less|Greater)Than(Equals)?)|Date((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?)$/;
const PRINCIPALS: Readonly<Record<string, RegExp>> = {
  AWS: /^(\*|\d{12}|A(ROA|IDA)[A-Z0-9]+|arn:aws[a-z-]*:(iam|sts)::\d{12}:.+)$/,
  Service: /^[a-z0-9][a-z0-9.-]*\.(amazonaws\.com(\.cn)?|aws\.internal)$/,
  Federated: /^(arn:aws[a-z-]*:iam::\d{12}:(oidc|saml)-provider\/.+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/,
  CanonicalUser: /^[0-9a-f]{64}$/,
};

/** The rule of an input that is a policy document. Documents are compared as JSON. */
export function policyRule(kind: PolicyKind, code: string): PropertyRule {
  return { json: true, code, check: (value) => policyFault(String(value), kind) };
}

/** The first thing that is wrong with a policy document by itself, as a half sentence; nothing when it is in order. */
function policyFault(document: string, kind: PolicyKind): string | undefined {
  const parsed = parse(document);
  if (!isProperties(parsed)) return "is no policy: syntax errors in policy";
  const strange = Object.keys(parsed).find((key) => !["Version", "Id", "Statement"].includes(key));
  if (strange !== undefined) return `is no policy: it must not have the element ${strange}`;
  const version = parsed["Version"];
  if (version !== undefined && !VERSIONS.includes(String(version))) {
    return `must have the version ${VERSIONS.join(" or ")}, not ${JSON.stringify(version)}`;
  }
  const statements = listed(parsed["Statement"]);
  if (statements.length === 0) return "is no policy: it needs at least one statement";
  const fault = statements.map((each) => statementFault(each, kind)).find((each) => each !== undefined);
  return fault ?? repeatedSid(statements);
}

/** The statements of a policy document; none when it is malformed. */
export function statementsOf(document: string): readonly PolicyStatement[] {
  const parsed = parse(document);
  if (!isProperties(parsed)) return [];
  return listed(parsed["Statement"])
    .filter(isProperties)
    .map((statement) => ({
      effect: String(statement["Effect"]),
      principals: principalsOf(statement["Principal"]),
      actions: texts(statement["Action"]),
      resources: texts(statement["Resource"]),
      conditional: isProperties(statement["Condition"]) && Object.keys(statement["Condition"]).length > 0,
    }));
}

/** How long AWS counts a policy: without white space. */
export function policySize(document: string): number {
  return document.replace(/\s/g, "").length;
}

/** Whether a pattern with `*` and `?`, as actions and resources have them, matches a text. */
export function matchesWildcard(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "is").test(value);
}

function statementFault(statement: Value, kind: PolicyKind): string | undefined {
  if (!isProperties(statement)) return "is no policy: a statement must be an object";
  const strange = Object.keys(statement).find((key) => !KEYS.includes(key));
  if (strange !== undefined) return `is no policy: a statement must not have the element ${strange}`;
  const effect = statement["Effect"];
  if (effect !== "Allow" && effect !== "Deny") return `has the invalid effect ${JSON.stringify(effect)}: Allow or Deny`;
  return (
    sidFault(statement, kind) ??
    actionFault(statement, kind) ??
    principalFault(statement, kind) ??
    resourceFault(statement, kind) ??
    conditionFault(statement["Condition"])
  );
}

function sidFault(statement: Properties, kind: PolicyKind): string | undefined {
  const sid = statement["Sid"];
  if (sid === undefined) return undefined;
  if (typeof sid !== "string") return "has a Sid that is no text";
  if (kind === "resource" || /^[A-Za-z0-9]*$/.test(sid)) return undefined;
  return `has the Sid '${sid}': statement IDs (SID) must be alpha-numeric`;
}

function actionFault(statement: Properties, kind: PolicyKind): string | undefined {
  const actions = exactlyOne(statement, "Action", "NotAction");
  if (actions === undefined) return "must have either Action or NotAction in each statement";
  if (!isTexts(actions)) return "must name an action, or several, in each statement";
  const strange = texts(actions).find((action) => action !== "*" && !/^[a-z0-9-]+:[a-z0-9*?]+$/i.test(action));
  if (strange !== undefined) return `has '${strange}': actions must be prefaced by a vendor, e.g. iam, sdb, ec2`;
  if (kind !== "trust") return undefined;
  const other = texts(actions).find((action) => !/^sts:/i.test(action));
  return other === undefined ? undefined : `has '${other}': a trust policy may only specify STS AssumeRole actions`;
}

function principalFault(statement: Properties, kind: PolicyKind): string | undefined {
  const given = statement["Principal"] !== undefined || statement["NotPrincipal"] !== undefined;
  if (kind === "identity") return given ? "should not specify a principal: it stands at one" : undefined;
  const principal = exactlyOne(statement, "Principal", "NotPrincipal");
  if (principal === undefined) return "must have either Principal or NotPrincipal in each statement";
  if (principal === "*") return undefined;
  if (!isProperties(principal) || Object.keys(principal).length === 0) return "has an invalid principal";
  for (const [type, value] of Object.entries(principal)) {
    const form = PRINCIPALS[type];
    if (form === undefined || !isTexts(value)) return `has an invalid principal of type '${type}'`;
    const strange = texts(value).find((each) => !form.test(each));
    if (strange !== undefined) return `has an invalid principal: "${type}":"${strange}"`;
  }
  return undefined;
}

function resourceFault(statement: Properties, kind: PolicyKind): string | undefined {
  const given = statement["Resource"] !== undefined || statement["NotResource"] !== undefined;
  if (kind === "trust") return given ? "has the prohibited field Resource" : undefined;
  const resources = exactlyOne(statement, "Resource", "NotResource");
  if (resources === undefined || !isTexts(resources)) return "must contain resources in each statement";
  const strange = texts(resources).find((each) => each !== "*" && !/^arn:[^:]+:[^:]*:[^:]*:[^:]*:.+$/.test(each));
  return strange === undefined ? undefined : `has the resource '${strange}': it must be in ARN format or "*"`;
}

function conditionFault(condition: Value | undefined): string | undefined {
  if (condition === undefined) return undefined;
  if (!isProperties(condition)) return "has a condition that is no object";
  for (const [operator, keys] of Object.entries(condition)) {
    if (!OPERATOR.test(operator)) return `has the invalid condition operator '${operator}'`;
    if (!isProperties(keys)) return `has the condition operator '${operator}' without keys`;
    const strange = Object.entries(keys).find(([key, value]) => !key.includes(":") || !isScalars(value));
    if (strange !== undefined) return `has the invalid condition '${strange[0]}'`;
  }
  return undefined;
}

function repeatedSid(statements: readonly Value[]): string | undefined {
  const sids = statements.flatMap((each) => (isProperties(each) ? texts(each["Sid"]) : [])).filter((sid) => sid !== "");
  const twice = sids.find((sid, i) => sids.indexOf(sid) !== i);
  return twice === undefined ? undefined : `has the Sid '${twice}' twice: it must be unique in a policy`;
}

function principalsOf(principal: Value | undefined): Readonly<Record<string, readonly string[]>> {
  if (principal === "*") return { AWS: ["*"] };
  if (!isProperties(principal)) return {};
  return Object.fromEntries(Object.entries(principal).map(([type, value]) => [type, texts(value)]));
}

function parse(document: string): Value | undefined {
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}

function exactlyOne(statement: Properties, name: string, negated: string): Value | undefined {
  const value = statement[name];
  const other = statement[negated];
  return value !== undefined && other !== undefined ? undefined : (value ?? other);
}

function listed(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : isList(value) ? value : [value];
}

function isTexts(value: Value): boolean {
  const items = listed(value);
  return items.length > 0 && items.every((item) => typeof item === "string" && item !== "");
}

function isScalars(value: Value): boolean {
  return listed(value).every((item) => ["string", "number", "boolean"].includes(typeof item));
}
