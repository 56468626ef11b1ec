import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType } from "../stackContext.ts";
import { podSpec, type ServerPod, type ServerPort } from "./serverPod.ts";
import type { WorkloadContext } from "./workloadContext.ts";

export interface ServerFleetArgs {
  readonly workload: WorkloadContext;
  /** What the servers are to the game; with the colour, the name of every object. */
  readonly role: string;
  readonly colour?: string;
  readonly pod: ServerPod;
  readonly replicas: { readonly min: number; readonly max: number };
  /** Share of its CPU request at which servers are added, in percent. */
  readonly cpuTarget: number;
  /** How quickly servers may be taken away: at most this share in a minute, in percent. */
  readonly shrinkPercent: number;
  readonly maxUnavailable: number | string;
  /** Ports that are reached through every node; without a number there, the cluster chooses one. */
  readonly nodePorts: readonly (ServerPort & { readonly nodePort?: number })[];
  /** A load balancer that the cluster's own controller makes, and who may reach it. Left out: none. */
  readonly balancer?: { readonly sourceRanges: readonly string[] };
  /** Whether one client stays with one server; for protocols without connections. */
  readonly stickyClients: boolean;
}

/** Servers of one role and colour: as many as the load asks for, over all zones, and never all of them gone at once. */
export class ServerFleet extends pulumi.ComponentResource {
  /** Where its own load balancer is reached; empty without one. */
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: ServerFleetArgs, place: ComponentPlace) {
    const { workload, role, colour, replicas, nodePorts, balancer } = args;
    super(componentType(workload.blueprint, "ServerFleet"), name, {}, place);
    const child = { parent: this };
    const objectName = colour === undefined ? role : `${role}-${colour}`;
    const metadata = { name: objectName, namespace: workload.namespace, labels: workload.labels(role, colour) };
    // Selectors cannot change: only what is the fleet's identity may stand in them.
    const matchLabels = {
      "app.kubernetes.io/component": role,
      ...(colour === undefined ? {} : { "meridian/colour": colour }),
    };
    const deployment = new Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          // No number of replicas: it is the autoscaler's, and every update would set it back.
          selector: { matchLabels },
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
          template: { metadata: { labels: metadata.labels }, spec: podSpec(args.pod, matchLabels) },
        },
      },
      child,
    );
    new PodDisruptionBudget(
      `${name}-disruption`,
      { metadata, spec: { maxUnavailable: args.maxUnavailable, selector: { matchLabels } } },
      child,
    );
    new HorizontalPodAutoscaler(
      `${name}-autoscaler`,
      {
        metadata,
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: objectName },
          minReplicas: replicas.min,
          maxReplicas: replicas.max,
          metrics: [
            {
              type: "Resource",
              resource: { name: "cpu", target: { type: "Utilization", averageUtilization: args.cpuTarget } },
            },
          ],
          behavior: {
            scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: "Percent", value: 100, periodSeconds: 60 }] },
            scaleDown: {
              stabilizationWindowSeconds: 600,
              policies: [{ type: "Percent", value: args.shrinkPercent, periodSeconds: 60 }],
            },
          },
        },
      },
      { parent: this, dependsOn: [deployment] },
    );
    let address = pulumi.output("");
    if (nodePorts.length > 0) {
      const service = new Service(
        `${name}-service`,
        {
          metadata,
          spec: {
            ...(balancer === undefined
              ? { type: "NodePort" }
              : { type: "LoadBalancer", loadBalancerSourceRanges: [...balancer.sourceRanges] }),
            selector: matchLabels,
            sessionAffinity: args.stickyClients ? "ClientIP" : "None",
            ports: nodePorts.map(({ name: port, protocol, number, nodePort }) => ({
              name: port,
              protocol,
              port: number,
              targetPort: number,
              ...(nodePort === undefined ? {} : { nodePort }),
            })),
          },
        },
        child,
      );
      if (balancer !== undefined) address = addressOf(service);
    }
    this.address = address;
    this.registerOutputs({});
  }
}

/** Some controllers give a name, others an address. */
function addressOf({ status }: Service): pulumi.Output<string> {
  return status.apply((known) => {
    const [first] = known?.loadBalancer?.ingress ?? [];
    return first?.hostname ?? first?.ip ?? "";
  });
}
