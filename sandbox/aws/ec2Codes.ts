import type { Service } from "../model/model.ts";

/** Source of the codes: Amazon EC2 API reference, "Error codes for the Amazon EC2 API". */
export const ec2: Service = {
  name: "ec2",
  codes: {
    missing: "MissingParameter",
    invalid: "InvalidParameterValue",
    notFound: "InvalidParameterValue",
    inUse: "DependencyViolation",
    throttled: "RequestLimitExceeded",
  },
};
