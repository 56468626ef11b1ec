import { isWorld } from "./ingress.ts";
import { list, type Statement } from "./policyDocument.ts";

/** Says that callers come from the networks in which the file system has mount targets. `false` names all the others. */
const byMountTarget = "elasticfilesystem:accessedviamounttarget";

/**
 * Condition keys by which a statement says who may call. Source: Amazon S3 user guide, "The meaning of public"; IAM user guide,
 * "AWS global condition context keys"; Amazon EFS user guide, "Using IAM to control file system data access".
 */
const callerKeys: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceip",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourceowner",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:userid",
  byMountTarget,
  "kms:calleraccount",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
]);

/** Operators that hold only where the key is there and fits. Those that end in `IfExists` let in whoever does not bring the key. */
const narrowing: ReadonlySet<string> = new Set(
  ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress", "Bool"].flatMap(
    (name) => [name.toLowerCase(), `foranyvalue:${name.toLowerCase()}`],
  ),
);

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null ? Object.keys(value).map((key) => [key, Reflect.get(value, key)]) : [];

/** An ARN is of somebody where it names an account, or, as those of buckets do, a name and no account. */
const isAnyArn = (value: string): boolean => {
  const [, , , , account = "", ...resource] = value.split(":");
  return account === "" ? (resource[0] ?? "*").startsWith("*") : account.includes("*");
};

const isAnyone = (key: string, value: unknown): boolean => {
  const text = String(value);
  if (key === byMountTarget) return text.toLowerCase() !== "true";
  if (text === "" || text.replaceAll("*", "") === "") return true;
  if (key === "aws:sourceip") return isWorld(text);
  return text.startsWith("arn:") && isAnyArn(text);
};

/** Whether the statement's conditions let only callers through who are named. */
export const namesCallers = ({ Condition }: Statement): boolean =>
  entriesOf(Condition).some(
    ([operator, keys]) =>
      narrowing.has(operator.toLowerCase()) &&
      entriesOf(keys).some(([name, values]) => {
        const key = name.toLowerCase();
        return callerKeys.has(key) && list(values).length > 0 && !list(values).some((value) => isAnyone(key, value));
      }),
  );

/** Values of a condition key, in any of the operators that hold only where it is there and fits. */
export const conditionValues = ({ Condition }: Statement, matches: (key: string) => boolean): readonly string[] =>
  entriesOf(Condition)
    .filter(([operator]) => narrowing.has(operator.toLowerCase()))
    .flatMap(([, keys]) => entriesOf(keys).filter(([name]) => matches(name.toLowerCase())))
    .flatMap(([, values]) => list(values).map(String));

/** Whether the principal is everybody; `NotPrincipal` in a statement that allows is everybody but some. */
export const isForEveryone = ({ Principal, NotPrincipal }: Statement): boolean =>
  NotPrincipal !== undefined ||
  Principal === "*" ||
  entriesOf(Principal).some(([kind, values]) => kind !== "Service" && list(values).includes("*"));

/** The principals of one kind, such as `Federated`. */
export const principalsOf = ({ Principal }: Statement, kind: string): readonly string[] =>
  entriesOf(Principal)
    .filter(([key]) => key === kind)
    .flatMap(([, values]) => list(values).map(String));
