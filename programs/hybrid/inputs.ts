import { z } from "zod";
import { parseCidr } from "../cidr.ts";
import { refusing } from "../contradiction.ts";
import { cidr, deletionProtection, inputsError, whole } from "../inputShapes.ts";
import { playerInputs, serverNeeds } from "../servers/playerInputs.ts";
import { portInputs } from "../servers/portInputs.ts";
import { versionInputs } from "../servers/versionInputs.ts";
import { contradictions } from "./contradictions.ts";

const kubeconfigError = "give the kubeconfig of one cluster, an object or its text, with no credential in it";
const namespaceError =
  "give a namespace of small letters, digits and hyphens, such as game, and none of the cluster's own";
const labelError = 'give labels of nodes, such as {"pool": "sessions"}';
const hostError = "give an IPv4 address or a name such as sessions.example.com";
const key = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const value = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
const keyError = "give the key of a taint such as example.com/sessions";

const toleration = z.strictObject({
  key: z.string({ error: keyError }).regex(key, { error: keyError }).describe("The taint's key."),
  value: z
    .string({ error: "give the taint's value, or leave it out for any" })
    .regex(value, { error: "give the taint's value, or leave it out for any" })
    .optional()
    .describe("The taint's value. Left out: any."),
  effect: z
    .enum(["NoSchedule", "NoExecute", "PreferNoSchedule"], { error: "give NoSchedule, NoExecute or PreferNoSchedule" })
    .default("NoSchedule")
    .describe("The taint's effect."),
});

const shape = z.strictObject(
  {
    kubeconfig: z
      .union([z.string().min(1).max(65_536), z.record(z.string(), z.unknown())], { error: kubeconfigError })
      .describe(
        "How the cluster is reached: the kubeconfig of one context, as an object or as its text. It must hold no credential, but an exec plugin or files on the runner host.",
      ),
    namespace: z
      .string({ error: namespaceError })
      .regex(/^(?!kube-|default$)[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: namespaceError })
      .default("game")
      .describe("The namespace that is made for the game. It must not be there yet."),
    ...playerInputs,
    ...serverNeeds,
    ...versionInputs,
    ...portInputs,
    exposure: z
      .enum(["nodePorts", "loadBalancers"], {
        error: "give nodePorts (what stands before the nodes is yours), or loadBalancers (the cluster makes them)",
      })
      .default("nodePorts")
      .describe(
        "nodePorts: lobby, API and relay answer on fixed ports of every node, and what stands before the nodes is yours. loadBalancers: the cluster's own controller makes load balancers.",
      ),
    firstNodePort: whole("the first node port", 30_000, 32_767)
      .optional()
      .describe("The first of the node ports that are taken. Left out: 30000. Only with nodePorts."),
    nodeCidrs: z
      .array(
        cidr.refine((text) => (parseCidr(text)?.prefix ?? 0) >= 8, {
          error: "give blocks of prefix /8 or longer: nodes are not everywhere",
        }),
        { error: "give a list of IPv4 blocks" },
      )
      .max(20, { error: "give at most 20 blocks; join neighbouring ones" })
      .default([])
      .describe(
        "Addresses of the cluster's nodes, with which whoever comes through them reaches pods. Empty: nobody comes in.",
      ),
    playerCidrs: z
      .array(cidr, { error: "give a list of IPv4 blocks" })
      .max(20, { error: "give at most 20 blocks; join neighbouring ones" })
      .default([])
      .describe(
        "Who may reach the load balancers. Only with loadBalancers, and then not empty; for a public game: 0.0.0.0/0.",
      ),
    sessionStore: z
      .strictObject(
        {
          host: z
            .string({ error: hostError })
            .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, { error: hostError })
            .describe("Its address, or its name."),
          port: whole("the store's port", 1, 65_535).describe("TCP."),
          cidr: cidr.optional().describe("The addresses behind its name; left out where `host` is an address."),
        },
        { error: "give the session store as host and port" },
      )
      .optional()
      .describe(
        "A session store of one's own. Lobbies are told of it and may reach it, and nothing else outside. Left out: none.",
      ),
    sessionNodes: z
      .strictObject({
        labels: z
          .record(z.string().regex(key, { error: labelError }), z.string().regex(value, { error: labelError }), {
            error: labelError,
          })
          .default({})
          .describe("Labels that the nodes of session servers have."),
        tolerations: z
          .array(toleration, { error: "give a list of taints" })
          .max(10, { error: "give at most ten" })
          .default([])
          .describe("Taints of those nodes that keep others away."),
      })
      .prefault({})
      .describe("Nodes of session servers alone. Left out: any node."),
    deletionProtection: deletionProtection("the namespace with all that is in it refuses"),
  },
  { error: inputsError('{"kubeconfig": {…}}') },
);

/** The inputs of `hybrid`. Every default is the closed one. */
export const hybridInputs = shape.superRefine(refusing(contradictions));

export type HybridInputs = z.output<typeof shape>;
