import type { Service } from "../model/model.ts";

export const GROUP = "aws:cloudwatch/logGroup:LogGroup";
export const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
export const INVALID = "InvalidParameterException";

/** Source of the codes: Amazon CloudWatch Logs API reference, the errors of each action. */
export const logs: Service = {
  name: "logs",
  codes: {
    missing: "InvalidParameterException",
    invalid: "InvalidParameterException",
    notFound: "ResourceNotFoundException",
    inUse: "OperationAbortedException",
    throttled: "ThrottlingException",
  },
};
