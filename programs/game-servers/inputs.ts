import { z } from "zod";
import { isPrivate, mostZones, parseCidr } from "../cidr.ts";
import { contradictions } from "./contradictions.ts";
import { familyNames, sizeNames } from "./instances.ts";

/** A whole number with one message for every way to miss it, so that the message can say what to give. */
const whole = (what: string, least: number, most: number) => {
  const error = `give ${what} as a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

const imageError =
  "name a container image with its version, such as registry.example.com/game/server:1.4.2 or …@sha256:<64 hex digits>; the tag latest moves, and is refused";
const image = z
  .string({ error: imageError })
  .max(512, { error: imageError })
  .regex(/^[a-z0-9][a-z0-9.:/_-]*(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/, { error: imageError })
  .refine((name) => !name.endsWith(":latest"), { error: imageError });

const cidrError = "give an IPv4 block such as 203.0.113.0/24, with no bits set behind the prefix";
const cidr = z.string({ error: cidrError }).refine((text) => parseCidr(text) !== undefined, { error: cidrError });

const networkError = "give a private IPv4 block (RFC 1918) of prefix /16 to /20, such as 10.20.0.0/16";
const network = z.string({ error: networkError }).refine(
  (text) => {
    const block = parseCidr(text);
    return block !== undefined && isPrivate(block) && block.prefix >= 16 && block.prefix <= 20;
  },
  { error: networkError },
);

const port = (what: string) => whole(`the ${what} port`, 1024, 29999);

/** Retention periods that CloudWatch Logs accepts, in days. Source: API reference, PutRetentionPolicy. */
const retentionDays = [7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827] as const;

const amountError = 'give the amount as a decimal string with at most two places, such as "500.00"';

const shapeError = (issue: { readonly code: string }) =>
  issue.code === "invalid_type" ? 'give one JSON object of inputs, such as {"peakPlayers": 20000}' : undefined;

const shape = z.strictObject(
  {
    peakPlayers: whole("the players at the busiest minute in this region", 1, 5_000_000)
      .default(1000)
      .describe("Players at the busiest minute, in this region."),
    playersPerServer: whole("the players of one session server", 1, 1000)
      .default(50)
      .describe("Players one session server holds."),
    playersPerLobby: whole("the players of one lobby server", 50, 20_000)
      .default(2500)
      .describe("Players one lobby server holds."),
    quietPercent: whole("the quietest hour in percent of the peak", 1, 100)
      .default(20)
      .describe("The quietest hour, in percent of the peak: what stands ready at any time."),
    headroomPercent: whole("the headroom in percent", 5, 200)
      .default(25)
      .describe("Room over the peak, in percent; also carries both colours while old sessions end."),
    image: image
      .optional()
      .describe(
        "The image of lobby, session and relay servers. Left out: a stand-in that answers on the API's and the game's ports.",
      ),
    blueImage: image.optional().describe("What blue runs instead of `image`."),
    greenImage: image.optional().describe("What green runs instead of `image`."),
    relayImage: image.optional().describe("What relays run instead of `image`; only with connection relay."),
    activeColour: z
      .enum(["blue", "green"], { error: "give blue or green" })
      .default("blue")
      .describe("The colour that takes new players and new sessions."),
    connection: z
      .enum(["direct", "relay"], { error: "give relay (session servers stay private) or direct (players reach them)" })
      .default("relay")
      .describe(
        "relay: players reach sessions through a relay, servers stay private. direct: UDP to the servers' own nodes.",
      ),
    playerCidrs: z
      .array(cidr, { error: "give a list of IPv4 blocks" })
      .max(20, { error: "give at most 20 blocks; join neighbouring ones" })
      .default([])
      .describe("Who may reach the relay. Empty: only the network itself. For a public game: 0.0.0.0/0."),
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
    serverCpuMillis: whole("the CPU of one session server in thousandths of a core", 50, 16_000)
      .default(1000)
      .describe("CPU of one session server, in thousandths of a core."),
    serverMemoryMiB: whole("the memory of one session server in MiB", 64, 65_536)
      .default(1536)
      .describe("Memory of one session server, in MiB."),
    matchMinutes: whole("the longest session in minutes", 1, 240)
      .default(45)
      .describe("The longest a session lasts: a server that is asked to stop has this long to end its sessions."),
    zones: whole("the availability zones", 2, mostZones).default(3).describe("Availability zones."),
    networkCidr: network.default("10.0.0.0/16").describe("Addresses of the network."),
    ports: z
      .strictObject({
        lobby: port("lobby").default(7000).describe("TCP (HTTP or WebSocket)."),
        api: port("API").default(8080).describe("TCP (HTTP); also answers GET /healthz."),
        game: port("game").default(7777).describe("UDP."),
      })
      .prefault({})
      .describe("Ports on which the image listens."),
    kubernetesVersion: z
      .string()
      .regex(/^1\.\d{2}$/, { error: "give a minor version of Kubernetes such as 1.35" })
      .default("1.35")
      .describe("Version of the cluster."),
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
    administratorRoles: z
      .array(
        z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
          error: "give ARNs of IAM roles such as arn:aws:iam::123456789012:role/platform",
        }),
      )
      .max(10, { error: "give at most ten roles" })
      .default([])
      .describe("IAM roles that administer the cluster beside the one that made it."),
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
    deletionProtection: z
      .boolean({ error: "give true or false" })
      .optional()
      .describe(
        "Whether data stores, cluster and front door refuse to be deleted. Left out: in production yes, elsewhere no. Before a teardown of a production stack it is set to false, in an update of its own.",
      ),
    logRetentionDays: z
      .union(
        retentionDays.map((days) => z.literal(days)),
        { error: `give one of ${retentionDays.join(", ")} days` },
      )
      .default(30)
      .describe("How long logs are kept, in days."),
    monthlyBudget: z
      .strictObject({
        amount: z
          .string({ error: amountError })
          .regex(/^[1-9]\d{0,8}(\.\d{1,2})?$/, { error: amountError })
          .describe("A decimal string."),
        currency: z
          .literal("USD", { error: "give USD: it is what the cloud's budgets count in" })
          .describe("What the cloud's budgets count in."),
      })
      .default({ amount: "5000.00", currency: "USD" })
      .describe("The budget of this region for a month; the alarm topic hears of 80 % forecast and 100 % spent."),
    alarmEmail: z
      .email({ error: "give one e-mail address, or leave it out" })
      .optional()
      .describe("Who gets the alarms. The address must confirm the subscription."),
  },
  { error: shapeError },
);

/** The inputs of `game-servers`: in players, not machines. Every default is the closed one. */
export const gameServersInputs = shape.superRefine((inputs, context) => {
  for (const { path, message } of contradictions(inputs))
    context.addIssue({ code: "custom", path: [...path], message });
});

export type GameServersInputs = z.output<typeof shape>;
