import { CloudError } from "../cloud/cloudError.ts";
import type { ProviderPackage } from "../model/package.ts";
import { isProperties, list, object, type Properties, sameValue, text, UNKNOWN, type Value } from "../model/values.ts";
import { models } from "./index.ts";

/**
 * The package `kubernetes`: its provider's kubeconfig selects an EKS cluster of the sandbox by its endpoint. Settings of
 * server-side apply, patches and warnings are accepted and change nothing: there is one writer of each object.
 */
export const kubernetesPackage: ProviderPackage = {
  name: "kubernetes",
  models,
  invokes: [],
  check: () => [],
  replacing,
  configure: (configuration, clusters) => {
    const endpoint = endpointOf(configuration);
    return {
      package: "kubernetes",
      defaultTags: {},
      settings: settingsOf(configuration),
      place: () => {
        const cluster = endpoint === undefined ? undefined : clusters.byEndpoint(endpoint);
        const name = cluster === undefined ? undefined : text(cluster.outputs, "name");
        if (cluster === undefined || name === undefined) throw unreachable(endpoint);
        return { account: cluster.place.account, region: cluster.place.region, cluster: name };
      },
    };
  },
};

/** SDKs send flags as text. */
function settingsOf(configuration: Properties): Properties {
  const flag = (name: string): boolean => configuration[name] === true || configuration[name] === "true";
  const namespace = text(configuration, "namespace");
  return {
    enableConfigMapMutable: flag("enableConfigMapMutable"),
    enableSecretMutable: flag("enableSecretMutable"),
    deleteUnreachable: flag("deleteUnreachable"),
    ...(namespace === undefined || namespace === "" ? {} : { namespace }),
  };
}

/** As the provider does it: another active cluster replaces, unless an identifier says that it is the same one. */
function replacing(olds: Properties, news: Properties): readonly string[] {
  const before = olds["clusterIdentifier"];
  const now = news["clusterIdentifier"];
  if (before !== undefined && now !== undefined) return sameValue(before, now) ? [] : ["clusterIdentifier"];
  const selecting = ["kubeconfig", "context", "cluster"];
  if (selecting.some((name) => news[name] === UNKNOWN)) return selecting;
  return sameValue(activeCluster(olds), activeCluster(news)) ? [] : selecting;
}

function unreachable(endpoint: string | undefined): CloudError {
  const why =
    endpoint === undefined
      ? "the provider's kubeconfig names no server (give the provider the kubeconfig of a cluster)"
      : `no cluster of the sandbox has the endpoint ${endpoint}`;
  return new CloudError("unavailable", "ClusterUnreachable", `configured Kubernetes cluster is unreachable: ${why}`);
}

function endpointOf(configuration: Properties): string | undefined {
  return text(activeCluster(configuration), "server");
}

/** The cluster that a kubeconfig (an object, JSON, or YAML) and the provider's settings select: its server and authority. */
function activeCluster(configuration: Properties): Properties {
  const { kubeconfig } = configuration;
  const config = isProperties(kubeconfig) ? kubeconfig : parsed(kubeconfig);
  if (config === undefined) return serverInYaml(kubeconfig);
  const context: Properties = named(config, "contexts", configuration["context"] ?? config["current-context"]);
  const chosen = configuration["cluster"] ?? object(context, "context")["cluster"];
  return object(named(config, "clusters", chosen), "cluster");
}

/** The entry of that name, or the first one. */
function named(config: Properties, entries: string, name: Value | undefined): Properties {
  const all = list(config, entries).filter(isProperties);
  return all.find((entry) => entry["name"] === name) ?? all[0] ?? {};
}

function parsed(kubeconfig: Value | undefined): Properties | undefined {
  if (typeof kubeconfig !== "string") return {};
  try {
    const value: Value = JSON.parse(kubeconfig);
    return isProperties(value) ? value : {};
  } catch {
    return undefined;
  }
}

/** Of YAML only the first server is looked for. */
function serverInYaml(kubeconfig: Value | undefined): Properties {
  const server = /^[\s-]*server:\s*["']?([^\s"']+)/m.exec(String(kubeconfig))?.[1];
  return server === undefined ? {} : { server };
}
