import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { GameSecrets } from "../components/gameSecrets.ts";
import { platformPorts } from "../servers/platforms.ts";
import { refusals } from "../servers/refusals.ts";
import { countServers } from "../servers/serverCounts.ts";
import { leadingColour, splitOf } from "../servers/split.ts";
import { componentType } from "../stackContext.ts";
import { lobbyPorts, nodePortsOf, relayPorts } from "./doorPorts.ts";
import type { HybridInputs } from "./inputs.ts";
import { readKubeconfig } from "./kubeconfig.ts";
import type { HybridOutputName } from "./outputs.ts";
import { declareWorkloads } from "./workloads.ts";

const blueprint = "hybrid";

/** Declares the game's servers on a cluster that stands. Asks nothing of a cloud. Must run inside a Pulumi program. */
export async function hybrid(inputs: HybridInputs, placement: Placement): Promise<Record<HybridOutputName, unknown>> {
  const refused = refusals(inputs, placement);
  const read = readKubeconfig(inputs.kubeconfig);
  if (refused.length > 0 || !read.ok) {
    const problems = read.ok ? refused : [...refused, "/kubeconfig: give one that the schema takes"];
    throw new pulumi.RunError([`the inputs of ${blueprint} are refused in this place:`, ...problems].join("\n  "));
  }
  const { server, kubeconfig } = read.access;
  const production = placement.environment === "production";
  const root = new pulumi.ComponentResource(componentType(blueprint, "Hybrid"), blueprint);
  if (production && [inputs.image, inputs.blueImage, inputs.greenImage].every((image) => image === undefined)) {
    pulumi.log.warn("no image is named: a stand-in runs, which plays no game", root);
  }
  const kubernetes = new Provider(
    `${blueprint}-kubernetes`,
    {
      kubeconfig,
      // By its address the cluster is known as the same one: a new certificate authority replaces nothing.
      clusterIdentifier: server,
      enableServerSideApply: true,
      // Otherwise a change of a config map or a secret replaces it: a switch of colour must replace nothing.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    },
    { parent: root },
  );
  const place = { parent: root, providers: [kubernetes] };
  const credentials = new GameSecrets("credentials", blueprint, { parent: root });
  const capacity = countServers(inputs);
  const protect = inputs.deletionProtection ?? production;
  const doors = declareWorkloads({ blueprint, placement, inputs, capacity, credentials, protect }, place);
  const split = splitOf(inputs);
  return {
    clusterServer: server,
    namespace: inputs.namespace,
    exposure: inputs.exposure,
    lobbyNodePorts: {
      blue: nodePortsOf(lobbyPorts(inputs, "blue")),
      green: nodePortsOf(lobbyPorts(inputs, "green")),
    },
    relayNodePorts: nodePortsOf(relayPorts(inputs)),
    lobbyAddresses: doors.lobbies,
    relayAddress: doors.relay,
    lobbyWeights: split,
    activeColour: leadingColour(split),
    greenPercent: split.green,
    platformPorts: platformPorts(inputs),
    crossPlay: inputs.crossPlay,
    capacity,
    adminSecret: credentials.adminPassword,
  };
}
