import { z } from "zod";
import { whole } from "../inputShapes.ts";
import { serverNeeds } from "../servers/playerInputs.ts";
import { familyNames, sizeNames } from "./instances.ts";

/** What the servers run on. */
export const machineInputs = {
  instanceFamilies: z
    .array(z.enum(familyNames, { error: `give families out of ${familyNames.join(", ")}` }))
    .min(2, { error: "give at least two instance families: one alone can be sold out" })
    .max(4, { error: "give at most four instance families" })
    .default(["c7i", "c6i"])
    .describe("Instance families of the session nodes, one node group each. Any one of them may be sold out."),
  instanceSize: z
    .enum(sizeNames, { error: `give one of ${sizeNames.join(", ")}` })
    .default("2xlarge")
    .describe("Size of the session nodes."),
  multiArchImage: z
    .boolean({ error: "give true or false" })
    .default(false)
    .describe(
      "Whether every image is built for both x86 and Graviton (a manifest list): only then may families of both be mixed.",
    ),
  spotPercent: whole("the share of spot machines in percent", 0, 90)
    .default(0)
    .describe(
      "The share of the peak's session nodes that may be spot machines, in percent. The cloud takes one back with two minutes' notice: a session on it is lost.",
    ),
  reservedNodes: whole("the session nodes whose capacity is reserved", 0, 1000)
    .default(0)
    .describe(
      "Session nodes whose capacity the cloud keeps for this stack, over all zones, of the first instance family. They are paid for whether they run or not.",
    ),
  ...serverNeeds,
  fleets: z
    .enum(["deployment", "agones"], {
      error: "give deployment (servers share a workload) or agones (a server a session)",
    })
    .default("deployment")
    .describe(
      "What session servers are: deployment, where a server holds many players at a time; agones, where each is taken for one session and ends with it.",
    ),
  agonesVersion: z
    .string()
    .regex(/^1\.\d{1,3}\.\d{1,2}$/, { error: "give a release of Agones such as 1.49.0" })
    .default("1.49.0")
    .describe("Release of Agones; each is made for certain versions of Kubernetes. Only with fleets agones."),
  kubernetesVersion: z
    .string()
    .regex(/^1\.\d{2}$/, { error: "give a minor version of Kubernetes such as 1.35" })
    .default("1.35")
    .describe("Version of the cluster."),
} as const;
