import type { Estimator } from "./estimator.ts";

/** The load balancer that the cluster's cloud makes for a service; what an object asks of the nodes is in the nodes' price. */
const service: Estimator = ({ text, assume }) => {
  if (text("spec", "type") !== "LoadBalancer") return { free: "a service inside the cluster" };
  const hours = assume("hoursPerMonth");
  return [
    { entry: "loadBalancer/network", quantity: hours, what: "the service's load balancer" },
    { entry: "loadBalancer/networkUnit", quantity: assume("balancerUnits") * hours },
  ];
};

const inGibibytes: Readonly<Record<string, number>> = {
  Mi: 1 / 1_024,
  Gi: 1,
  Ti: 1_024,
  M: 1e6 / 2 ** 30,
  G: 1e9 / 2 ** 30,
  T: 1e12 / 2 ** 30,
};

const volumeClaim: Estimator = ({ text }) => {
  const [, amount, unit = ""] =
    /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text("spec", "resources", "requests", "storage") ?? "") ?? [];
  const gibibytes = inGibibytes[unit];
  if (amount === undefined || gibibytes === undefined) return [{ unpriced: "it asks for no size that is understood" }];
  return [{ entry: "volume/gp3", quantity: Number(amount) * gibibytes, what: "the claimed volume, taken as gp3" }];
};

export const kubernetesEstimators: Readonly<Record<string, Estimator>> = {
  "kubernetes:core/v1:Service": service,
  "kubernetes:core/v1:PersistentVolumeClaim": volumeClaim,
};

/** Other objects of a cluster, of whatever API, run on its nodes. */
export const onNodes = "what it needs is in the price of the cluster's nodes";
