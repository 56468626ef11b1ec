import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog, checkInputs } from "../../../programs/catalog.ts";

const blueprint = catalog.blueprints["game-servers"];

function problemsOf(inputs: unknown) {
  const checked = checkInputs(blueprint, inputs);
  return checked.ok ? [] : checked.problems;
}

const certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b";
const image = "registry.example.com/game/server:1.4.2";
const network = {
  vpcId: "vpc-0a1b2c3d4e5f60718",
  vpcCidr: "10.40.0.0/16",
  zones: ["eu-west-1a", "eu-west-1b"],
  publicSubnetIds: ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"],
  privateSubnetIds: ["subnet-0a1b2c3d4e5f60713", "subnet-0a1b2c3d4e5f60714"],
};
const friday = { name: "friday", from: "0 17 * * 5", until: "0 23 * * 5", players: 800 };
const telemetry = {
  streamName: "launch-telemetry",
  streamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/launch-telemetry",
  writerPolicyArn: "arn:aws:iam::123456789012:policy/launch-telemetry-writer",
};

describe("the inputs of game-servers", () => {
  it("may all be left out, and then are the closed ones", () => {
    const checked = checkInputs(blueprint, {});
    expect(checked).toMatchObject({
      ok: true,
      inputs: {
        connection: "relay",
        playerCidrs: [],
        operatorCidrs: [],
        administratorRoles: [],
        certificates: {},
        bakeMinutes: 15,
        ports: { lobby: 7000, api: 8080, game: 7777 },
      },
    });
  });

  it("are accepted with what other stacks put out, and with a share for each colour", () => {
    const digest = `@sha256:${"a".repeat(64)}`;
    const given = {
      network,
      telemetry,
      greenPercent: 25,
      bakeMinutes: 9,
      requireDigest: true,
      image: `game/server${digest}`,
    };
    expect(problemsOf(given)).toEqual([]);
  });

  it("are accepted when every one of them is given", () => {
    const given = {
      peakPlayers: 20000,
      playersPerServer: 64,
      playersPerLobby: 2000,
      quietPercent: 10,
      headroomPercent: 30,
      image,
      blueImage: `registry.example.com/game/server@sha256:${"a".repeat(64)}`,
      relayImage: "registry.example.com/game/relay:2.0.0",
      activeColour: "green",
      connection: "relay",
      playerCidrs: ["0.0.0.0/0"],
      instanceFamilies: ["c7g", "m7g", "c6g"],
      instanceSize: "4xlarge",
      serverCpuMillis: 500,
      serverMemoryMiB: 1024,
      matchMinutes: 30,
      zones: 2,
      networkCidr: "10.64.0.0/16",
      ports: { lobby: 7001, api: 8081, game: 9000 },
      kubernetesVersion: "1.35",
      operatorCidrs: ["203.0.113.0/24"],
      administratorRoles: ["arn:aws:iam::123456789012:role/platform"],
      certificates: { "eu-west-1": certificate },
      deletionProtection: false,
      logRetentionDays: 90,
      monthlyBudget: { amount: "12000.50", currency: "USD" },
      alarmEmail: "on-call@example.com",
    };
    expect(problemsOf(given)).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ["an unknown input", { peakPlayer: 5 }, "/peakPlayer", /take out "peakPlayer"/],
    ["an unknown input further down", { ports: { ssh: 22 } }, "/ports/ssh", /take out "ssh"/],
    ["a key with a slash", { "a/b~c": 1 }, "/a~1b~0c", /take out/],
    ["players as text", { peakPlayers: "many" }, "/peakPlayers", /whole number from 1 to 5000000/],
    ["half a player", { peakPlayers: 1.5 }, "/peakPlayers", /whole number/],
    ["nobody", { peakPlayers: 0 }, "/peakPlayers", /whole number/],
    ["an image that moves", { image: "game/server:latest" }, "/image", /latest moves/],
    ["an image without a version", { image: "registry.example.com:5000/game" }, "/image", /with its version/],
    ["a colour that is none", { activeColour: "red" }, "/activeColour", /blue or green/],
    ["one instance family", { instanceFamilies: ["c7i"] }, "/instanceFamilies", /at least two/],
    ["a family nobody knows", { instanceFamilies: ["c7i", "p5"] }, "/instanceFamilies/1", /give families out of/],
    ["the same family twice", { instanceFamilies: ["c7i", "c7i"] }, "/instanceFamilies/1", /name c7i once/],
    ["two architectures", { instanceFamilies: ["c7i", "c7g"] }, "/instanceFamilies", /one architecture/],
    ["a server larger than a node", { serverCpuMillis: 9000 }, "/instanceSize", /choose a larger size/],
    ["one zone", { zones: 1 }, "/zones", /from 2 to 4/],
    ["a public network", { networkCidr: "8.8.0.0/16" }, "/networkCidr", /private IPv4 block/],
    ["a network that is too small", { networkCidr: "10.0.0.0/24" }, "/networkCidr", /\/16 to \/20/],
    ["a network where services are", { networkCidr: "172.20.0.0/16" }, "/networkCidr", /choose another block/],
    [
      "more pods than addresses",
      { peakPlayers: 900_000, playersPerServer: 20 },
      "/networkCidr",
      /addresses .* the peak needs/,
    ],
    ["operators from everywhere", { operatorCidrs: ["0.0.0.0/0"] }, "/operatorCidrs/0", /not for the world/],
    ["a block with bits behind the prefix", { playerCidrs: ["10.0.0.1/8"] }, "/playerCidrs/0", /no bits set/],
    [
      "a role that is a user",
      { administratorRoles: ["arn:aws:iam::123456789012:user/x"] },
      "/administratorRoles/0",
      /ARNs of IAM roles/,
    ],
    ["lobby and API on one port", { ports: { lobby: 8080 } }, "/ports/api", /other than the lobby's/],
    ["a privileged port", { ports: { game: 22 } }, "/ports/game", /1024 to 29999/],
    [
      "a certificate of another region",
      { certificates: { "us-east-1": certificate } },
      "/certificates/us-east-1",
      /of eu-west-1/,
    ],
    ["retention that the cloud does not know", { logRetentionDays: 31 }, "/logRetentionDays", /give one of 7, 14/],
    [
      "money as a number",
      { monthlyBudget: { amount: 500, currency: "USD" } },
      "/monthlyBudget/amount",
      /decimal string/,
    ],
    [
      "money of another country",
      { monthlyBudget: { amount: "500", currency: "EUR" } },
      "/monthlyBudget/currency",
      /give USD/,
    ],
    ["no e-mail address", { alarmEmail: "on-call" }, "/alarmEmail", /e-mail address/],
    ["a relay's image without relays", { connection: "direct", relayImage: image }, "/relayImage", /no relays/],
    [
      "a relay's players without relays",
      { connection: "direct", playerCidrs: ["0.0.0.0/0"] },
      "/playerCidrs",
      /opens the game ports/,
    ],
    ["more direct servers than ports", { connection: "direct", peakPlayers: 100_000 }, "/connection", /use relay/],
    ["a block beside a shared network", { network, networkCidr: "10.0.0.0/16" }, "/networkCidr", /leave it out/],
    ["zones beside a shared network", { network, zones: 2 }, "/zones", /has 2 zones/],
    [
      "a shared network with a zone that has no subnet",
      { network: { ...network, privateSubnetIds: [...network.privateSubnetIds, "subnet-0a1b2c3d4e5f60719"] } },
      "/network/privateSubnetIds",
      /each of the 2 zones.*these are 3/,
    ],
    [
      "a shared network where services are",
      { network: { ...network, vpcCidr: "172.20.0.0/16" } },
      "/network/vpcCidr",
      /choose another block/,
    ],
    [
      "a shared network that is too small",
      { network: { ...network, vpcCidr: "10.40.0.0/24" }, peakPlayers: 20_000 },
      "/network/vpcCidr",
      /256 addresses .* the peak needs/,
    ],
    ["a network by its name", { network: { ...network, vpcId: "main" } }, "/network/vpcId", /such as vpc-/],
    [
      "the ARN of another stream",
      { telemetry: { ...telemetry, streamName: "launch" } },
      "/telemetry/streamArn",
      /ARN of launch-telemetry/,
    ],
    ["two ways to share out players", { activeColour: "blue", greenPercent: 0 }, "/activeColour", /leave it out/],
    ["more than all players", { greenPercent: 101 }, "/greenPercent", /from 0 to 100/],
    ["a bake in which no alarm can ring", { bakeMinutes: 8 }, "/bakeMinutes", /at least 9 minutes/],
    ["an image by its tag where a digest is asked for", { requireDigest: true, image }, "/image", /by its digest/],
    ["nothing but spot machines", { spotPercent: 91 }, "/spotPercent", /from 0 to 90/],
    ["more reserved nodes than there can be", { reservedNodes: 5 }, "/reservedNodes", /at most 4.*paid for in vain/],
    [
      "more players at a time than at the peak",
      { schedules: [{ ...friday, players: 1001 }] },
      "/schedules/0/players",
      /raise peakPlayers from 1000 to 1001/,
    ],
    [
      "a schedule for players that are provided for anyway",
      { schedules: [{ ...friday, players: 200 }] },
      "/schedules/0/players",
      /more than 200/,
    ],
    [
      "schedules that overlap",
      { schedules: [friday, { ...friday, name: "late", from: "0 22 * * 5", until: "0 2 * * 6" }] },
      "/schedules/1/from",
      /let friday end first: at 2024-01-05 22:00 UTC/,
    ],
    ["a time that is no cron", { schedules: [{ ...friday, from: "fridays" }] }, "/schedules/0/from", /0 17 \* \* 5/],
    [
      "fleets of Agones with ports of the nodes",
      { fleets: "agones", connection: "direct", image, ports: { api: 8180 } },
      "/fleets",
      /use relay or accelerator/,
    ],
    [
      "fleets of Agones without an image",
      { fleets: "agones", ports: { api: 8180 } },
      "/image",
      /the stand-in says nothing/,
    ],
    ["a port of Agones' sidecar", { fleets: "agones", image }, "/ports/api", /other than 8080, 9357, 9358/],
    [
      "a relay's image with the accelerator",
      { connection: "accelerator", relayImage: image },
      "/relayImage",
      /no relays/,
    ],
    [
      "more addresses than the accelerator has ports",
      { connection: "accelerator", platforms: { mobile: { port: 7443 }, pc: { port: 7444 } } },
      "/networkCidr",
      /64512 ports.*3 game ports.*73728 in all/,
    ],
    [
      "platforms that must not meet, and have one port",
      { crossPlay: false, platforms: { mobile: { port: 7443 } } },
      "/crossPlay",
      /console and pc both meet udp 7777/,
    ],
    [
      "a platform on the API's port",
      { platforms: { mobile: { port: 8080, protocol: "tcp" } } },
      "/platforms/mobile/port",
      /other than the lobby's and the API's/,
    ],
    ["a platform that nobody has", { platforms: { toaster: { port: 7443 } } }, "/platforms/toaster", /take out/],
    [
      "more direct ports than there are",
      { connection: "direct", peakPlayers: 40_000, platforms: { mobile: { port: 7443 }, pc: { port: 7444 } } },
      "/connection",
      /3 ports of its own, and a cluster has 2682 of 6000/,
    ],
    [
      "an image that would never run",
      { image, blueImage: image, greenImage: image, relayImage: image },
      "/image",
      /leave it out/,
    ],
  ])("refuse %s, and say what to do", (_, given, pointer, message) => {
    const problems = problemsOf(given);
    expect(problems.map((problem) => problem.pointer)).toEqual([pointer]);
    expect(problems[0]?.message).toMatch(message);
  });

  it.each([undefined, null, "text", 5, []])("refuse %j as a whole", (given) => {
    expect(problemsOf(given)).toEqual([{ pointer: "", message: expect.stringContaining("one JSON object") }]);
  });

  it("report every problem at once", () => {
    expect(problemsOf({ peakPlayers: 0, zones: 9, nope: true })).toHaveLength(3);
  });

  it("have a JSON Schema in which each says what it is", () => {
    const schema = z.toJSONSchema(blueprint.inputs, { io: "input" });
    const properties = Object.entries(schema.properties ?? {});
    expect(properties.length).toBeGreaterThan(25);
    for (const [name, property] of properties)
      expect([name, property]).toEqual([name, expect.objectContaining({ description: expect.any(String) })]);
    expect(schema.required).toBeUndefined();
    expect(schema.additionalProperties).toBe(false);
  });
});
