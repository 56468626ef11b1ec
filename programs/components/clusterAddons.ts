import { Addon } from "@pulumi/aws/eks/addon.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface ClusterAddonsArgs {
  readonly context: StackContext;
  readonly clusterName: pulumi.Input<string>;
  readonly addons: readonly ClusterAddon[];
}

export interface ClusterAddon {
  readonly name: string;
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** What a node needs to become ready: they come before the nodes. `networkSettings` are variables of the network plugin. */
export function nodeAddonsWith(networkSettings: Readonly<Record<string, string>>): readonly ClusterAddon[] {
  const env = Object.keys(networkSettings).length === 0 ? {} : { env: networkSettings };
  // Without this setting network policies are accepted, and not enforced.
  const network = { name: "vpc-cni", configuration: { enableNetworkPolicy: "true", ...env } };
  return [network, { name: "kube-proxy" }, { name: "eks-pod-identity-agent" }];
}

/** What runs as ordinary pods: they become active only on nodes. */
export const serviceAddons: readonly ClusterAddon[] = [{ name: "coredns" }, { name: "metrics-server" }];

/** Add-ons of the cluster, in the versions that the cloud holds fit for it. What someone changes in them by hand is put back. */
export class ClusterAddons extends pulumi.ComponentResource {
  constructor(name: string, { context, clusterName, addons }: ClusterAddonsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "ClusterAddons"), name, {}, place);
    for (const addon of addons) {
      new Addon(
        `${name}-${addon.name}`,
        {
          clusterName,
          addonName: addon.name,
          resolveConflictsOnCreate: "OVERWRITE",
          resolveConflictsOnUpdate: "OVERWRITE",
          ...(addon.configuration === undefined ? {} : { configurationValues: JSON.stringify(addon.configuration) }),
          tags: context.tags(`${name}-${addon.name}`),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
