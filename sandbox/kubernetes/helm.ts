import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { object, type Properties, text } from "../model/values.ts";
import { NAMESPACE } from "./kind.ts";

const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Whether a chart of that name is installed in the cluster. */
export function hasChart(cloud: CloudView, cluster: string, chart: string): boolean {
  return cloud.inCluster(cluster).some(({ type, inputs }) => type === RELEASE && text(inputs, "chart") === chart);
}

/**
 * A chart that the provider installs. What the chart makes is no object here: the sandbox has no charts. It stands for them, so that what
 * needs its definitions is refused without it.
 */
const release: ResourceModel = {
  type: RELEASE,
  service: {
    name: "kubernetes",
    codes: {
      missing: "Invalid",
      invalid: "Invalid",
      notFound: "NotFound",
      inUse: "Forbidden",
      throttled: "TooManyRequests",
    },
  },
  scope: "cluster",
  inputs: {
    chart: { kind: "string", required: true },
    version: { kind: "string", pattern: "^v?\\d+\\.\\d+\\.\\d+(-[\\w.]+)?$" },
    name: { kind: "string", immutable: true, maxLength: 53, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" },
    namespace: { kind: "string", immutable: true },
    repositoryOpts: { kind: "object", properties: { repo: { kind: "string", pattern: "^https://" } } },
    createNamespace: { kind: "boolean" },
    timeout: { kind: "number" },
  },
  autoname: { property: "name", maxLength: 53 },
  check: withoutRepository,
  refuse: withoutNamespace,
  id: ({ inputs }) => `${text(inputs, "namespace") ?? "default"}/${text(inputs, "name")}`,
  outputs: {
    status: {
      onWrite: ({ inputs, previous }) => ({
        appVersion: text(inputs, "version") ?? "",
        chart: text(inputs, "chart") ?? "",
        name: text(inputs, "name") ?? "",
        namespace: text(inputs, "namespace") ?? "default",
        revision: Number(object(previous?.outputs ?? {}, "status")["revision"] ?? 0) + 1,
        status: "deployed",
        version: text(inputs, "version") ?? "",
      }),
    },
  },
  seconds: { create: 60, update: 60, delete: 30 },
};

/** A chart's name alone says nothing of where it is kept. */
function withoutRepository(inputs: Properties): readonly Problem[] {
  const chart = text(inputs, "chart");
  if (chart === undefined || /^(oci:\/\/|\.{0,2}\/)/.test(chart)) return [];
  if (inputs["repositoryOpts"] !== undefined) return [];
  return [
    { code: "Invalid", message: `chart "${chart}" not found: no repository is named`, property: "repositoryOpts" },
  ];
}

function withoutNamespace({ inputs, cloud }: Draft): Problem | undefined {
  const namespace = text(inputs, "namespace") ?? "default";
  if (inputs["createNamespace"] === true || cloud.find(NAMESPACE, namespace) !== undefined) return undefined;
  return { code: "NotFound", message: `namespaces "${namespace}" not found (404)`, property: "namespace" };
}

/** Charts, as the provider installs them. */
export const helmModels: readonly ResourceModel[] = [release];
