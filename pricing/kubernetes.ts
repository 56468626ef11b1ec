import type { Estimator, Free, Unpriced, Usage } from "./estimator.ts";

/** Most objects of a cluster, of whatever API, run on its nodes. */
const onNodes = "what it needs is in the price of the cluster's nodes";

/**
 * Groups of APIs by which a cluster makes things of the cloud, machines among them: Karpenter, the Cluster API, Crossplane and AWS's
 * controllers.
 */
const makers =
  /^kubernetes:(?:[^/]+\.)?(?:karpenter\.sh|karpenter\.k8s\.aws|cluster\.x-k8s\.io|crossplane\.io|upbound\.io|services\.k8s\.aws)\//;

/** Why an object of a cluster has no price of its own, or that it has none that is known. */
export function priceOfObject(type: string): Free | Unpriced {
  if (type === "kubernetes:helm.sh/v3:Release") return { unpriced: "what its chart makes is not seen here" };
  return makers.test(type) ? { unpriced: "what the cluster makes by it is not seen here" } : { free: onNodes };
}

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

function claimedVolume(size: string | undefined, volumes: number): Usage | Unpriced {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(size ?? "") ?? [];
  const gibibytes = inGibibytes[unit];
  if (amount === undefined || gibibytes === undefined)
    return { unpriced: "it asks for a volume of no size that is understood" };
  const what = volumes === 1 ? "the claimed volume, taken as gp3" : "the claimed volumes, taken as gp3";
  return { entry: "volume/gp3", quantity: Number(amount) * gibibytes * volumes, what };
}

const volumeClaim: Estimator = ({ text }) => [claimedVolume(text("spec", "resources", "requests", "storage"), 1)];

/** Each of its pods claims a volume of its own by each of the templates. */
const statefulSet: Estimator = ({ text, number, list }) => {
  const templates = list("spec", "volumeClaimTemplates");
  if (templates.length === 0) return { free: onNodes };
  const pods = number("spec", "replicas") ?? 1;
  return templates.map((_, index) =>
    claimedVolume(text("spec", "volumeClaimTemplates", index, "spec", "resources", "requests", "storage"), pods),
  );
};

/** The AWS controller makes an application load balancer for it; one of a group shares it with others. */
const ingress: Estimator = ({ text, has, assume }) => {
  const annotation = (name: string) => ["metadata", "annotations", name] as const;
  const ingressClass = text("spec", "ingressClassName") ?? text(...annotation("kubernetes.io/ingress.class"));
  if (ingressClass !== "alb") return { free: onNodes };
  if (has(...annotation("alb.ingress.kubernetes.io/group.name")))
    return [{ unpriced: "it shares a load balancer with others of its group" }];
  const hours = assume("hoursPerMonth");
  return [
    { entry: "loadBalancer/application", quantity: hours, what: "the ingress's load balancer" },
    { entry: "loadBalancer/applicationUnit", quantity: assume("balancerUnits") * hours },
  ];
};

export const kubernetesEstimators: Readonly<Record<string, Estimator>> = {
  "kubernetes:apps/v1:StatefulSet": statefulSet,
  "kubernetes:core/v1:Service": service,
  "kubernetes:core/v1:PersistentVolumeClaim": volumeClaim,
  "kubernetes:networking.k8s.io/v1:Ingress": ingress,
};
