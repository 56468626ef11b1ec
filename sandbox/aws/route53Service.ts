import type { Service } from "../model/model.ts";

/** Source of the codes: Amazon Route 53 API reference, the errors of each action. */
export const route53: Service = {
  name: "route53",
  codes: {
    missing: "InvalidInput",
    invalid: "InvalidInput",
    notFound: "NoSuchHealthCheck",
    inUse: "HealthCheckInUse",
    throttled: "Throttling",
  },
};
