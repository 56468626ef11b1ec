import type { Service } from "../model/model.ts";

export const CLUSTER = "aws:eks/cluster:Cluster";

/** Source of the codes: Amazon EKS API reference, "Common errors" and the errors of each action. */
export const eks: Service = {
  name: "eks",
  codes: {
    missing: "InvalidParameterException",
    invalid: "InvalidParameterException",
    notFound: "ResourceNotFoundException",
    inUse: "ResourceInUseException",
    throttled: "ThrottlingException",
  },
};
