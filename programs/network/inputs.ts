import { z } from "zod";
import { mostZones } from "../cidr.ts";
import { refusing } from "../contradiction.ts";
import {
  alarmEmail,
  deletionProtection,
  inputsError,
  logRetentionDays,
  monthlyBudget,
  privateBlock,
  whole,
} from "../inputShapes.ts";
import { regionPattern } from "../regions.ts";
import { contradictions } from "./contradictions.ts";
import { gatewayServices, interfaceServices } from "./endpointServices.ts";

const regionError = "give a region such as eu-west-1";
const region = z.string({ error: regionError }).regex(regionPattern, { error: regionError });

const gatewayError =
  "give a transit gateway's id, the other region's output transitGatewayId, such as tgw-0123456789abcdef0";
const attachmentError =
  "give a peering attachment's id, as the asking region's output transitPeeringIds has it, such as tgw-attach-0123456789abcdef0";

const addresses = z
  .strictObject(
    {
      supernet: privateBlock(8, 20, "10.64.0.0/10")
        .default("10.64.0.0/10")
        .describe("What the blocks of all regions are cut from."),
      prefix: whole("the prefix of a region's block", 16, 20)
        .default(16)
        .describe("The prefix of each region's block; the network's subnets are cut from that."),
      regions: z
        .array(region, { error: 'give a list of regions, such as ["eu-west-1", "us-east-1"]' })
        .min(1, { error: "name at least one region" })
        .max(64, { error: "name at most 64 regions" })
        .describe(
          "Every region of the stack set, in the order in which they came. Only append: a region's place in the list is its number, and so its addresses.",
        ),
      blocks: z
        .record(z.string(), privateBlock(16, 20, "10.20.0.0/16"), { error: "give an object from region to IPv4 block" })
        .default({})
        .describe("By region, a block of its own instead of its part of the supernet."),
    },
    { error: 'give an object such as {"regions": ["eu-west-1", "us-east-1"]}' },
  )
  .describe("Which addresses each region has, so that no two overlap.");

const transit = z
  .strictObject(
    {
      gateways: z
        .record(z.string(), z.string({ error: gatewayError }).regex(/^tgw-[0-9a-f]{8,17}$/, { error: gatewayError }), {
          error: "give an object from region to transit gateway",
        })
        .default({})
        .describe("By region, the transit gateway there: each region's output transitGatewayId."),
      peerings: z
        .array(
          z.strictObject(
            {
              from: region.describe("The region that asks."),
              to: region.describe("The region that answers."),
              attachmentId: z
                .string({ error: attachmentError })
                .regex(/^tgw-attach-[0-9a-f]{8,17}$/, { error: attachmentError })
                .optional()
                .describe(
                  "What asking made. Left out: only asked. Given: answered, and both regions send traffic over it.",
                ),
            },
            { error: 'give an object such as {"from": "us-east-1", "to": "eu-west-1"}' },
          ),
          { error: "give a list of peerings" },
        )
        .max(50, { error: "give at most 50 peerings: a transit gateway takes no more" })
        .default([])
        .describe("Pairs of regions whose networks reach each other."),
    },
    { error: "give an object; an empty one makes a transit gateway and peers with nobody" },
  )
  .optional()
  .describe("A transit gateway, and peerings with other regions. Left out: none.");

const shape = z.strictObject(
  {
    addresses,
    zones: whole("the availability zones", 2, mostZones).default(3).describe("Availability zones."),
    ipv6: z
      .boolean({ error: "give true or false" })
      .default(false)
      .describe(
        "Whether public and private subnets have IPv6 too; from private ones it leads out only, and nothing leads in. It is not taken away again.",
      ),
    gatewayEndpoints: z
      .array(z.enum(gatewayServices, { error: `give services out of ${gatewayServices.join(", ")}` }))
      .default([...gatewayServices])
      .describe("Services of the cloud that private subnets reach through the network itself, at no cost."),
    interfaceEndpoints: z
      .array(z.enum(interfaceServices, { error: `give services out of ${interfaceServices.join(", ")}` }))
      .default([])
      .describe("Services of the cloud that get an address in each private subnet; each costs by hour and zone."),
    transit,
    logRetentionDays: logRetentionDays.default(365),
    deletionProtection: deletionProtection("the key of the flow logs refuses"),
    monthlyBudget: monthlyBudget("1000.00"),
    alarmEmail,
  },
  { error: inputsError('{"addresses": {"regions": ["eu-west-1"]}}') },
);

/** The inputs of `network`: one for all regions of its stack set. Every default is the closed one. */
export const networkInputs = shape.superRefine(refusing(contradictions));

export type NetworkInputs = z.output<typeof shape>;
export type Peering = NonNullable<NetworkInputs["transit"]>["peerings"][number];
