import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType } from "../stackContext.ts";
import { baselineNamespaceLabels, restrictedNamespaceLabels } from "./podSecurity.ts";
import type { WorkloadContext } from "./workloadContext.ts";

export interface GameNamespaceArgs {
  readonly workload: WorkloadContext;
  /** The object's name to its content, all of it secret. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
  readonly policies: readonly TrafficPlan[];
  /** Left out: restricted. */
  readonly level?: "restricted" | "baseline";
  /** Whether the namespace, and so all that is in it, refuses to be deleted. Left out: no. */
  readonly protect?: boolean;
}

/** What one role's pods may hear and say. Whatever is not named is refused. */
export interface TrafficPlan {
  readonly role: string;
  readonly hears: readonly TrafficRule[];
  readonly says: readonly TrafficRule[];
}

export interface TrafficRule {
  /** Pods of a role, in the namespace itself or in another one, or an IPv4 block. */
  readonly peer: { readonly role: string; readonly namespace?: string } | { readonly cidr: string };
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

const levels = { restricted: restrictedNamespaceLabels, baseline: baselineNamespaceLabels } as const;

/** A namespace of the game: pods of a profile only, no traffic but what is named, and the credentials its pods are given. */
export class GameNamespace extends pulumi.ComponentResource {
  constructor(name: string, args: GameNamespaceArgs, place: ComponentPlace) {
    const { workload, secrets, policies, level = "restricted", protect = false } = args;
    super(componentType(workload.blueprint, "GameNamespace"), name, {}, place);
    const { namespace, labels } = workload;
    const space = new Namespace(
      `${name}-namespace`,
      { metadata: { name: namespace, labels: { ...labels("namespace"), ...levels[level] } } },
      { parent: this, ...(protect ? { protect } : {}) },
    );
    const inside = { parent: this, dependsOn: [space] };
    for (const [secret, stringData] of Object.entries(secrets)) {
      new Secret(
        `${name}-${secret}`,
        { metadata: { name: secret, namespace, labels: labels(secret) }, type: "Opaque", stringData },
        inside,
      );
    }
    new NetworkPolicy(
      `${name}-default-deny`,
      {
        metadata: { name: "default-deny", namespace, labels: labels("default-deny") },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
      inside,
    );
    new NetworkPolicy(
      `${name}-name-service`,
      {
        metadata: { name: "name-service", namespace, labels: labels("name-service") },
        spec: { podSelector: {}, policyTypes: ["Egress"], egress: [nameService] },
      },
      inside,
    );
    for (const { role, hears, says } of policies) {
      new NetworkPolicy(
        `${name}-${role}`,
        {
          metadata: { name: role, namespace, labels: labels(role) },
          spec: {
            podSelector: { matchLabels: { "app.kubernetes.io/component": role } },
            policyTypes: ["Ingress", "Egress"],
            ingress: hears.map((rule) => ({ from: [peerOf(rule)], ports: [portOf(rule)] })),
            egress: says.map((rule) => ({ to: [peerOf(rule)], ports: [portOf(rule)] })),
          },
        },
        inside,
      );
    }
    this.registerOutputs({});
  }
}

const nameService = {
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

function peerOf({ peer }: TrafficRule) {
  if ("cidr" in peer) return { ipBlock: { cidr: peer.cidr } };
  const pods = { podSelector: { matchLabels: { "app.kubernetes.io/component": peer.role } } };
  if (peer.namespace === undefined) return pods;
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": peer.namespace } }, ...pods };
}

function portOf({ protocol, port }: TrafficRule) {
  return { protocol, port };
}
