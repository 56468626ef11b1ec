import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType } from "../stackContext.ts";
import { baselineNamespaceLabels } from "./podSecurity.ts";
import type { WorkloadContext } from "./workloadContext.ts";

export interface AgonesArgs {
  readonly workload: WorkloadContext;
  /** Of the chart, such as 1.49.0. */
  readonly version: string;
  /** The namespace that game servers run in; it must stand already: the chart puts an account for their sidecars there. */
  readonly sessionNamespace: string;
}

const namespace = "agones-system";
/** Agones' own pods run where the cluster's others do. */
const onServiceNodes = { nodeSelector: { "meridian/pool": "services" } };

/** Agones in the cluster: the definitions of its resources, and what acts on them. Game servers are allocated through the Kubernetes API. */
export class Agones extends pulumi.ComponentResource {
  constructor(name: string, { workload, version, sessionNamespace }: AgonesArgs, place: ComponentPlace) {
    super(componentType(workload.blueprint, "Agones"), name, {}, place);
    const space = new Namespace(
      `${name}-namespace`,
      { metadata: { name: namespace, labels: { ...workload.labels("agones"), ...baselineNamespaceLabels } } },
      { parent: this },
    );
    new Release(
      `${name}-release`,
      {
        name: "agones",
        namespace,
        chart: "agones",
        version,
        repositoryOpts: { repo: "https://agones.dev/chart/stable" },
        values: {
          agones: {
            controller: onServiceNodes,
            extensions: onServiceNodes,
            // The service for allocation from outside, and the one that measures latency, would each be a way in.
            allocator: { install: false },
            ping: { install: false },
          },
          gameservers: { namespaces: [sessionNamespace] },
        },
      },
      { parent: this, dependsOn: [space] },
    );
    this.registerOutputs({});
  }
}
