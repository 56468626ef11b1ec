import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCidr, planSubnets } from "../../../programs/cidr.ts";
import {
  listenerPorts,
  mappingsNeeded,
  mappingsThereAre,
  subnetPrefixes,
} from "../../../programs/game-servers/mappings.ts";
import { gamePorts, platformPorts, platforms } from "../../../programs/servers/platforms.ts";
import { production, type RecordedStack } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";
import { recordStack } from "./recordStack.ts";

const world = "0.0.0.0/0";
const ofType = ({ resources }: RecordedStack, type: string) => resources.filter((resource) => resource.type === type);

/** Everything that may come into the nodes and doors of sessions: group, protocol, ports and from where. */
function openings(stack: RecordedStack): readonly string[] {
  return ofType(stack, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter(
      ({ inputs }) => !/door|endpoints/.test(`${inputs["securityGroupId"]} ${inputs["referencedSecurityGroupId"]}`),
    )
    .map(({ inputs }) => {
      const from = inputs["cidrIpv4"] ?? inputs["referencedSecurityGroupId"];
      return `${inputs["securityGroupId"]} ${inputs["ipProtocol"]} ${inputs["fromPort"]}-${inputs["toPort"]} ${from}`;
    })
    .toSorted();
}

describe("the connection", () => {
  it.each<[string, Record<string, unknown>, readonly string[]]>([
    [
      "relay",
      { playerCidrs: [world] },
      [
        "perimeter-relay-id udp 7777-7777 0.0.0.0/0",
        "perimeter-service-nodes-id tcp 30011-30011 perimeter-relay-id",
        "perimeter-service-nodes-id udp 30010-30010 perimeter-relay-id",
      ],
    ],
    ["direct", {}, ["perimeter-session-nodes-id udp 30086-32767 0.0.0.0/0"]],
    ["accelerator", { playerCidrs: [world] }, ["perimeter-session-nodes-id udp 7777-7777 0.0.0.0/0"]],
    ["accelerator", {}, ["perimeter-session-nodes-id udp 7777-7777 10.0.0.0/16"]],
  ])("%s has exactly its own security groups, with %j", async (connection, inputs, expected) => {
    const stack = await recordStack({ connection, ...inputs });
    expect(openings(stack)).toEqual(expected);
    const groups = ofType(stack, "aws:ec2/securityGroup:SecurityGroup").map(({ name }) =>
      name.replace("perimeter-", ""),
    );
    const own = connection === "relay" ? ["relay"] : [];
    expect(groups.toSorted()).toEqual(["door", "endpoints", ...own, "service-nodes", "session-nodes"]);
  });

  it.each(["relay", "accelerator"])("%s keeps every server private", async (connection) => {
    const templates = ofType(await recordStack({ connection }), "aws:ec2/launchTemplate:LaunchTemplate");
    for (const { inputs } of templates)
      expect(inputs["networkInterfaces"]).toMatchObject([{ associatePublicIpAddress: "false" }]);
  });

  it.each(["direct", "accelerator"])("%s has no relay", async (connection) => {
    const stack = await recordStack({ connection });
    expect(ofType(stack, "aws:lb/loadBalancer:LoadBalancer").map(({ name }) => name)).toEqual(["door-balancer"]);
    expect(ofType(stack, "kubernetes:apps/v1:Deployment").map(({ name }) => name)).not.toContain("relay-deployment");
    expect(stack.outputs).toMatchObject({
      relayEndpoint: "",
      relayLoadBalancerArn: "",
      sessionEndpointMode: connection,
    });
  });
});

describe("the accelerator", () => {
  it("leads each of its ports to one address of the session servers' subnets, and writes down what passed", async () => {
    const stack = await recordStack({ connection: "accelerator" });
    const [accelerator] = ofType(stack, "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator");
    expect(accelerator?.inputs).toMatchObject({ enabled: true, attributes: { flowLogsEnabled: true } });
    const [group] = ofType(stack, "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup");
    expect(group?.inputs).toMatchObject({
      endpointGroupRegion: "eu-west-1",
      destinationConfigurations: [{ fromPort: 7777, toPort: 7777, protocols: ["UDP"] }],
    });
    const sessions = ofType(stack, "aws:eks/nodeGroup:NodeGroup").find(({ name }) => name.startsWith("session-nodes"));
    const endpoints = group?.inputs["endpointConfigurations"] as { endpointId: string }[] | undefined; // declared in sessionAccelerator.ts
    expect(endpoints?.map(({ endpointId }) => endpointId)).toEqual(sessions?.inputs["subnetIds"]);
    const policy = String(ofType(stack, "aws:s3/bucketPolicy:BucketPolicy")[0]?.inputs["policy"]);
    expect(policy).toContain("delivery.logs.amazonaws.com");
  });

  it("is asked by lobbies for a server's port, who may let players through there, and nowhere else", async () => {
    const stack = await recordStack({ connection: "accelerator" });
    const lobby = stack.resources.find(({ name }) => name === "lobby-identity-cloud-policy");
    const { Statement } = JSON.parse(String(lobby?.inputs["policy"]));
    expect(Statement).toContainEqual({
      Sid: "Mappings",
      Effect: "Allow",
      Action: [
        "globalaccelerator:ListCustomRoutingPortMappings",
        "globalaccelerator:AllowCustomRoutingTraffic",
        "globalaccelerator:DenyCustomRoutingTraffic",
      ],
      Resource: ["arn:aws:mock:session-accelerator-accelerator", "arn:aws:mock:session-accelerator-accelerator/*"],
    });
    const deployment = stack.resources.find(({ name }) => name === "lobby-blue-deployment");
    expect(JSON.stringify(deployment?.inputs)).toContain('"name":"ENDPOINT_GROUP_ARN"');
    const session = stack.resources.find(({ name }) => name === "session-blue-deployment");
    expect(JSON.stringify(session?.inputs)).not.toContain("ENDPOINT_GROUP_ARN");
  });

  it("is answered by pods with their own address", async () => {
    const settings = async (inputs: unknown) =>
      (await recordStack(inputs)).resources.find(({ name }) => name === "node-addons-vpc-cni")?.inputs[
        "configurationValues"
      ];
    expect(await settings({ connection: "accelerator" })).toContain('"AWS_VPC_K8S_CNI_EXTERNALSNAT":"true"');
    expect(await settings({})).toBe('{"enableNetworkPolicy":"true"}');
  });

  it("has a port for every address of every network that the inputs let pass", () => {
    const prefix = fc.integer({ min: 16, max: 20 });
    fc.assert(
      fc.property(prefix, fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 3 }), (prefix, zones, ports) => {
        const network = parseCidr(`10.0.0.0/${prefix}`);
        const subnets = network === undefined ? [] : planSubnets(network, zones).private;
        expect(mappingsNeeded(subnets, ports)).toBe(2 ** (32 - prefix - 3) * zones * ports);
        for (const subnet of subnets) {
          expect(subnet.prefix).toBeGreaterThanOrEqual(subnetPrefixes.shortest);
          expect(subnet.prefix).toBeLessThanOrEqual(subnetPrefixes.longest);
        }
      }),
    );
    expect(mappingsThereAre).toBe(listenerPorts.to - 1023);
  });

  it("passes the rules in production", async () => {
    const inputs = { connection: "accelerator", playerCidrs: [world] };
    expect(await verdictsOn({ blueprint: "game-servers", inputs, placement: production })).toEqual([]);
  });
});

describe("platforms", () => {
  const platform = fc.option(
    fc.record({
      port: fc.integer({ min: 7770, max: 7780 }),
      protocol: fc.constantFrom("udp" as const, "tcp" as const),
    }),
    { nil: undefined },
  );

  it("each have a game port that is theirs, and no game port is nobody's or there twice", () => {
    fc.assert(
      fc.property(fc.record({ console: platform, pc: platform, mobile: platform }), (named) => {
        const inputs = { platforms: named, ports: { lobby: 7000, api: 8080, game: 7777 } };
        const ports = gamePorts(inputs);
        const key = (protocol: string, port: number) => `${protocol.toLowerCase()} ${port}`;
        const offered = ports.map(({ protocol, number }) => key(protocol, number));
        const wanted = platforms.map((each) =>
          key(platformPorts(inputs)[each].protocol, platformPorts(inputs)[each].port),
        );
        expect(offered.toSorted()).toEqual([...new Set(wanted)].toSorted());
        expect(new Set(ports.map(({ name }) => name)).size).toBe(ports.length);
        expect(new Set(ports.map(({ nodePort }) => nodePort)).size).toBe(ports.length);
      }),
    );
  });

  const mobile = { platforms: { mobile: { port: 7443, protocol: "tcp" } } };

  it("that speak another protocol have a door, a way and a port of their own, and the usual one stays as it is", async () => {
    const [plain, stack] = [
      await recordStack({ playerCidrs: [world] }),
      await recordStack({ playerCidrs: [world], ...mobile }),
    ];
    const listeners = ofType(stack, "aws:lb/listener:Listener").filter(({ name }) => name.startsWith("relay-door"));
    expect(listeners.map(({ name, inputs }) => [name, inputs["protocol"], inputs["port"]]).toSorted()).toEqual([
      ["relay-door-listener", "UDP", 7777],
      ["relay-door-mobile-listener", "TCP", 7443],
    ]);
    expect(openings(stack).filter((opening) => !openings(plain).includes(opening))).toEqual([
      "perimeter-relay-id tcp 7443-7443 0.0.0.0/0",
      "perimeter-service-nodes-id tcp 30014-30014 perimeter-relay-id",
    ]);
    expect(openings(stack)).toEqual(expect.arrayContaining([...openings(plain)]));
    const session = stack.resources.find(({ name }) => name === "game-session");
    expect(JSON.stringify(session?.inputs["spec"])).toContain('"ports":[{"port":7443,"protocol":"TCP"}]');
  });

  it("with direct connections open the nodes to the protocols that are played, and to no other", async () => {
    expect(openings(await recordStack({ connection: "direct", ...mobile }))).toEqual([
      "perimeter-session-nodes-id tcp 30086-32767 0.0.0.0/0",
      "perimeter-session-nodes-id udp 30086-32767 0.0.0.0/0",
    ]);
  });

  it("are said to servers as data, with whether they meet in one session", async () => {
    const apart = {
      crossPlay: false,
      platforms: { console: { port: 7001 }, pc: { port: 7002 }, mobile: { port: 7443, protocol: "tcp" } },
      ports: { lobby: 7000 },
    };
    const { resources, outputs } = await recordStack(apart);
    const session = JSON.stringify(resources.find(({ name }) => name === "session-blue-deployment")?.inputs);
    expect(session).toContain('{"name":"CROSS_PLAY","value":"off"}');
    expect(outputs).toMatchObject({ crossPlay: false, platformPorts: { mobile: { port: 7443, protocol: "tcp" } } });
    const plain = JSON.stringify(
      (await recordStack()).resources.find(({ name }) => name === "session-blue-deployment"),
    );
    expect(plain).not.toContain("CROSS_PLAY");
  });
});
