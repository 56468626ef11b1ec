import { z } from "zod";
import { mostZones, parseCidr } from "../cidr.ts";
import { cidr, privateBlock, whole } from "../inputShapes.ts";
import { portInputs } from "../servers/portInputs.ts";
import { sharedNetwork, telemetryStream } from "../stackReferences.ts";

/** Where the servers stand, and who reaches them by which way. */
export const reachInputs = {
  connection: z
    .enum(["direct", "relay", "accelerator"], {
      error:
        "give relay (session servers stay private), direct (players reach them) or accelerator (players reach them from the edge)",
    })
    .default("relay")
    .describe(
      "relay: players reach sessions through a relay, servers stay private. direct: to the servers' own nodes. accelerator: through a custom-routing accelerator at the edge of the cloud, servers stay private.",
    ),
  playerCidrs: z
    .array(cidr, { error: "give a list of IPv4 blocks" })
    .max(20, { error: "give at most 20 blocks; join neighbouring ones" })
    .default([])
    .describe(
      "Who may reach the relay, or the servers behind the accelerator. Empty: only the network itself. For a public game: 0.0.0.0/0.",
    ),
  ...portInputs,
  certificates: z
    .record(
      z.string(),
      z.string().regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, {
        error: "give the ARN of an ACM certificate, arn:aws:acm:<region>:<account>:certificate/<id>",
      }),
      { error: "give an object from region to certificate ARN" },
    )
    .default({})
    .describe(
      "By region, the certificate of the lobby's front door. A region without one gets a front door inside the network.",
    ),
  zones: whole("the availability zones", 2, mostZones)
    .optional()
    .describe("Availability zones of a network of one's own. Left out: 3."),
  networkCidr: privateBlock(16, 20, "10.20.0.0/16")
    .optional()
    .describe("Addresses of a network of one's own. Left out: 10.0.0.0/16."),
  network: sharedNetwork
    .optional()
    .describe(
      "A network that stands already, by the outputs of a `network` stack of this region. Left out: the stack makes its own.",
    ),
  telemetry: telemetryStream
    .optional()
    .describe("Where lobby and session servers write what they measure, by the outputs of a `telemetry` stack."),
  operatorCidrs: z
    .array(
      cidr.refine((text) => (parseCidr(text)?.prefix ?? 0) >= 16, {
        error: "give blocks of prefix /16 or longer: the cluster's endpoint is not for the world",
      }),
      { error: "give a list of IPv4 blocks" },
    )
    .max(20, { error: "give at most 20 blocks" })
    .default([])
    .describe("Who may reach the cluster's endpoint from outside. Empty: reachable from inside the network only."),
} as const;
