import { z } from "zod";
import { mostZones } from "./cidr.ts";
import { cidr } from "./inputShapes.ts";

const text = (error: string, form: RegExp) => z.string({ error }).regex(form, { error });

const resourceId = (prefix: string, what: string) =>
  text(`give ${what} such as ${prefix}-0a1b2c3d4e5f60718`, new RegExp(`^${prefix}-[0-9a-f]{8,17}$`));

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
      .array(text("give names of zones such as eu-west-1a", /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/), {
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

/** The stream of another stack, as the blueprint `telemetry` puts it out. */
export const telemetryStream = z.strictObject(
  {
    streamName: text("give the name of a stream, such as launch-telemetry", /^[\w.-]{1,128}$/).describe("The stream."),
    streamArn: text(
      "give the ARN of a stream, arn:aws:kinesis:<region>:<account>:stream/<name>",
      /^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/[\w.-]{1,128}$/,
    ).describe("Its ARN."),
    writerPolicyArn: text(
      "give the ARN of a policy, arn:aws:iam::<account>:policy/<name>",
      /^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]+$/,
    ).describe("The policy that lets its holder write to the stream, and nothing else."),
  },
  { error: 'give the outputs of a telemetry stack, {"streamName": …, "streamArn": …, "writerPolicyArn": …}' },
);
