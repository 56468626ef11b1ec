import { CloudError } from "../cloud/cloudError.ts";
import type { InvokeModel, ResourceModel } from "../model/model.ts";
import type { ProviderPackage } from "../model/package.ts";
import { isProperties, list, type Properties, text, type Value } from "../model/values.ts";

const models: readonly ResourceModel[] = [];
const invokes: readonly InvokeModel[] = [];

/** The package `kubernetes`: its provider's kubeconfig selects an EKS cluster of the sandbox by its endpoint. */
export const kubernetesPackage: ProviderPackage = {
  name: "kubernetes",
  models,
  invokes,
  check: () => [],
  replacing: [],
  configure: (configuration, clusters) => {
    const endpoint = endpointOf(configuration["kubeconfig"]);
    return {
      package: "kubernetes",
      defaultTags: {},
      place: () => {
        const cluster = endpoint === undefined ? undefined : clusters.byEndpoint(endpoint);
        const name = cluster === undefined ? undefined : text(cluster.outputs, "name");
        if (cluster === undefined || name === undefined) throw unreachable(endpoint);
        return { account: cluster.place.account, region: cluster.place.region, cluster: name };
      },
    };
  },
};

function unreachable(endpoint: string | undefined): CloudError {
  const why =
    endpoint === undefined
      ? "the provider's kubeconfig names no server (give the provider the kubeconfig of a cluster)"
      : `no cluster of the sandbox has the endpoint ${endpoint}`;
  return new CloudError("unavailable", "ClusterUnreachable", `configured Kubernetes cluster is unreachable: ${why}`);
}

/** The server of the first cluster in a kubeconfig, given as an object, as JSON, or as YAML. */
export function endpointOf(kubeconfig: Value | undefined): string | undefined {
  if (isProperties(kubeconfig)) return serverIn(kubeconfig);
  if (typeof kubeconfig !== "string") return undefined;
  try {
    const parsed: Value = JSON.parse(kubeconfig);
    return isProperties(parsed) ? serverIn(parsed) : undefined;
  } catch {
    // YAML: only this one line of it matters.
    return /^[\s-]*server:\s*["']?([^\s"']+)/m.exec(kubeconfig)?.[1];
  }
}

function serverIn(config: Properties): string | undefined {
  const [first] = list(config, "clusters");
  const cluster = isProperties(first) ? first["cluster"] : undefined;
  return isProperties(cluster) ? text(cluster, "server") : undefined;
}
