import type { Blueprint } from "../blueprint.ts";
import { hybridInputs } from "./inputs.ts";
import { hybridOutputs } from "./outputs.ts";

export const hybridBlueprint: Blueprint<typeof hybridInputs> = {
  name: "hybrid",
  version: "1.0.0",
  title: "Game servers on a cluster of one's own",
  description:
    "The Kubernetes half of game-servers, by kubeconfig: lobby and session servers in two colours, relays, credentials and network policies in a namespace of a cluster that stands already. Nothing of a cloud.",
  inputs: hybridInputs,
  example: {
    kubeconfig: {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "own",
      clusters: [{ name: "own", cluster: { server: "https://kubernetes.example.com:6443" } }],
      contexts: [{ name: "own", context: { cluster: "own", user: "meridian" } }],
      users: [
        {
          name: "meridian",
          user: { tokenFile: "/etc/meridian/clusters/kubernetes.example.com:6443/token" },
        },
      ],
    },
  },
  outputs: hybridOutputs,
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).hybrid,
};
