import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType } from "../stackContext.ts";
import { podSpec, type ServerPod, type ServerPort } from "./serverPod.ts";
import type { WorkloadContext } from "./workloadContext.ts";

export interface AgonesFleetArgs {
  readonly workload: WorkloadContext;
  readonly role: string;
  readonly colour: string;
  readonly pod: ServerPod;
  readonly gamePorts: readonly ServerPort[];
  /** Servers that stand ready for a new session at any time, and the most there are in all. */
  readonly servers: { readonly ready: number; readonly max: number };
}

/** How often the number of servers is looked at, in seconds. */
const lookSeconds = 30;

/** Dedicated servers of one colour, each allocated to one session as a whole; so many stand ready beside those that are. */
export class AgonesFleet extends pulumi.ComponentResource {
  constructor(name: string, args: AgonesFleetArgs, place: ComponentPlace) {
    const { workload, role, colour, servers } = args;
    super(componentType(workload.blueprint, "AgonesFleet"), name, {}, place);
    const objectName = `${role}-${colour}`;
    const labels = workload.labels(role, colour);
    const metadata = { name: objectName, namespace: workload.namespace, labels };
    // Agones names an account of its own, whose token it gives to its sidecar and keeps from the server.
    const {
      serviceAccountName: _account,
      automountServiceAccountToken: _token,
      ...spec
    } = podSpec(args.pod, {
      "app.kubernetes.io/component": role,
      "meridian/colour": colour,
    });
    const fleet = new CustomResource(
      `${name}-fleet`,
      {
        apiVersion: "agones.dev/v1",
        kind: "Fleet",
        metadata,
        spec: {
          // No number of replicas: it is the autoscaler's, and every update would set it back.
          scheduling: "Packed",
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
          template: {
            metadata: { labels },
            spec: {
              container: "server",
              // No port of the node: players come to the pod's own address, through the relay or the accelerator.
              ports: args.gamePorts.map(({ name: port, protocol, number }) => ({
                name: port,
                portPolicy: "None",
                protocol,
                containerPort: number,
              })),
              // The kubelet asks for health at the server's own port; a second, by the sidecar, would be another thing to get wrong.
              health: { disabled: true },
              eviction: { safe: "Never" },
              template: { metadata: { labels }, spec },
            },
          },
        },
      },
      { parent: this },
    );
    new CustomResource(
      `${name}-autoscaler`,
      {
        apiVersion: "autoscaling.agones.dev/v1",
        kind: "FleetAutoscaler",
        metadata,
        spec: {
          fleetName: objectName,
          policy: {
            type: "Buffer",
            buffer: { bufferSize: servers.ready, minReplicas: servers.ready, maxReplicas: servers.max },
          },
          sync: { type: "FixedInterval", fixedInterval: { seconds: lookSeconds } },
        },
      },
      { parent: this, dependsOn: [fleet] },
    );
    this.registerOutputs({});
  }
}
