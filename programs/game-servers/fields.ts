import { z } from "zod";
import { isPrivate, mostZones, parseCidr } from "../cidr.ts";
import { cidr } from "../inputShapes.ts";

const networkError = "give a private IPv4 block (RFC 1918) of prefix /16 to /20, such as 10.20.0.0/16";
export const network = z.string({ error: networkError }).refine(
  (text) => {
    const block = parseCidr(text);
    return block !== undefined && isPrivate(block) && block.prefix >= 16 && block.prefix <= 20;
  },
  { error: networkError },
);

/** Retention periods that CloudWatch Logs accepts, in days. Source: API reference, PutRetentionPolicy. */
export const retentionDays = [7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827] as const;

export const amountError = 'give the amount as a decimal string with at most two places, such as "500.00"';

const resourceId = (prefix: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), { error: `give ${what} such as ${prefix}-0a1b2c3d4e5f60718` });

const subnets = (kind: string) =>
  z
    .array(resourceId("subnet", `the id of a ${kind} subnet`), {
      error: `give the ids of the ${kind} subnets as a list`,
    })
    .min(2, { error: `give the ${kind} subnets of at least two zones` })
    .max(mostZones, { error: `give one ${kind} subnet a zone, at most ${mostZones}` });

/** The network of another stack, as the blueprint `network` puts it out. */
export const sharedNetwork = z.strictObject(
  {
    vpcId: resourceId("vpc", "the id of the network").describe("The network."),
    vpcCidr: cidr.describe("Its block."),
    zones: z
      .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, { error: "give names of zones such as eu-west-1a" }), {
        error: "give the names of the zones as a list",
      })
      .min(2, { error: "give at least two zones" })
      .max(mostZones, { error: `give at most ${mostZones} zones` })
      .describe("Names of its zones, in the order of the subnets."),
    publicSubnetIds: subnets("public").describe("One public subnet a zone."),
    privateSubnetIds: subnets("private").describe("One private subnet a zone."),
  },
  {
    error:
      'give the outputs of a network, such as {"vpcId": …, "vpcCidr": …, "zones": […], "publicSubnetIds": […], "privateSubnetIds": […]}',
  },
);

const streamArn = /^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/[\w.-]{1,128}$/;
const policyArn = /^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]+$/;

/** The stream of another stack, as the blueprint `telemetry` puts it out. */
export const telemetryStream = z.strictObject(
  {
    streamName: z
      .string()
      .regex(/^[\w.-]{1,128}$/, { error: "give the name of a stream, such as launch-telemetry" })
      .describe("The stream."),
    streamArn: z
      .string()
      .regex(streamArn, { error: "give the ARN of a stream, arn:aws:kinesis:<region>:<account>:stream/<name>" })
      .describe("Its ARN."),
    writerPolicyArn: z
      .string()
      .regex(policyArn, { error: "give the ARN of a policy, arn:aws:iam::<account>:policy/<name>" })
      .describe("The policy that lets its holder write to the stream, and nothing else."),
  },
  { error: 'give the outputs of a telemetry stack, {"streamName": …, "streamArn": …, "writerPolicyArn": …}' },
);
