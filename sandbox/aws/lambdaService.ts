import type { CloudView, Service } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";

export const FUNCTION = "aws:lambda/function:Function";

/** Source of the codes: AWS Lambda API reference, the errors of each action. */
export const lambda: Service = {
  name: "lambda",
  codes: {
    missing: "InvalidParameterValueException",
    invalid: "ValidationException",
    notFound: "ResourceNotFoundException",
    inUse: "ResourceInUseException",
    throttled: "TooManyRequestsException",
  },
};

export const INVALID = "InvalidParameterValueException";

/** The function that a name or an ARN (also one with a qualifier) means in this account and region. */
export function findFunction(reference: string, cloud: CloudView): Resource | undefined {
  const name = /^arn:[^:]+:lambda:[^:]+:\d{12}:function:([^:]+)/.exec(reference)?.[1] ?? reference;
  return cloud.find(FUNCTION, name);
}
