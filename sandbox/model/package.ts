import type { InvokeModel, ResourceModel } from "./model.ts";
import type { QuotaModel } from "./quota.ts";
import type { Place, Resource } from "./resource.ts";
import type { Problem } from "./rule.ts";
import { isProperties, type Properties, type Value } from "./values.ts";

/** What a package may look up while it is configured or called, over all accounts and regions. */
export interface ClusterDirectory {
  /** The EKS cluster whose API server has this URL. */
  byEndpoint(endpoint: string): Resource | undefined;
}

/** The configuration of one provider instance: it selects the place where its resources live. */
export interface ProviderConfiguration {
  readonly package: string;
  /**
   * The place for a resource with these properties (which may name a region of their own). Throws `CloudError` when the
   * place does not exist, such as a cluster that was deleted.
   */
  readonly place: (properties: Properties) => Place;
  /** Tags for everything taggable. */
  readonly defaultTags: Properties;
  /** What else of the configuration models of the package look at in Check and Diff. */
  readonly settings?: Properties;
}

/** A Pulumi package that the sandbox stands in for. */
export interface ProviderPackage {
  readonly name: string;
  readonly models: readonly ResourceModel[];
  readonly invokes: readonly InvokeModel[];
  readonly quotas?: readonly QuotaModel[];
  /** What is wrong with a configuration; nested values are decoded, unknown ones may be there. */
  readonly check: (configuration: Properties) => readonly Problem[];
  /** Configuration inputs whose change replaces the provider, and with it everything made through it. */
  readonly replacing: readonly string[] | ((olds: Properties, news: Properties) => readonly string[]);
  readonly configure: (configuration: Properties, clusters: ClusterDirectory) => ProviderConfiguration;
}

/** SDKs send nested configuration as JSON in a string; which inputs are plain text, their content tells. */
export function unpacked(configuration: Properties): Properties {
  return Object.fromEntries(
    Object.entries(configuration).map(([name, value]) => [name, name === "kubeconfig" ? value : unpackedValue(value)]),
  );
}

function unpackedValue(value: Value): Value {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    const parsed: Value = JSON.parse(value);
    return Array.isArray(parsed) || isProperties(parsed) ? parsed : value;
  } catch {
    return value;
  }
}
