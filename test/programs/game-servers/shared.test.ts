import { describe, expect, it } from "vitest";
import type { RecordedStack } from "../recordedStack.ts";
import { recordStack } from "./recordStack.ts";

const network = {
  vpcId: "vpc-0a1b2c3d4e5f60718",
  vpcCidr: "10.40.0.0/16",
  zones: ["eu-west-1a", "eu-west-1b"],
  publicSubnetIds: ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"],
  privateSubnetIds: ["subnet-0a1b2c3d4e5f60713", "subnet-0a1b2c3d4e5f60714"],
};
const telemetry = {
  streamName: "launch-telemetry",
  streamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/launch-telemetry",
  writerPolicyArn: "arn:aws:iam::123456789012:policy/launch-telemetry-writer",
};

const ofType = ({ resources }: RecordedStack, type: string) => resources.filter((resource) => resource.type === type);

describe("a shared network", () => {
  it("is where everything stands, and nothing of a network is made", async () => {
    const stack = await recordStack({
      network,
      certificates: { "eu-west-1": "arn:aws:acm:eu-west-1:123456789012:certificate/0a" },
    });
    const made = stack.resources.map(({ type }) => type);
    for (const kind of [
      "vpc:Vpc",
      "subnet:Subnet",
      "natGateway:NatGateway",
      "vpcEndpoint:VpcEndpoint",
      "flowLog:FlowLog",
    ])
      expect(made).not.toContain(`aws:ec2/${kind}`);
    const [cluster] = ofType(stack, "aws:eks/cluster:Cluster");
    expect(cluster?.inputs["vpcConfig"]).toMatchObject({ subnetIds: network.privateSubnetIds });
    for (const { inputs } of ofType(stack, "aws:eks/nodeGroup:NodeGroup"))
      expect(inputs["subnetIds"]).toEqual(network.privateSubnetIds);
    for (const { inputs } of ofType(stack, "aws:ec2/securityGroup:SecurityGroup"))
      expect(inputs["vpcId"]).toBe(network.vpcId);
    for (const { inputs } of ofType(stack, "aws:lb/targetGroup:TargetGroup"))
      expect(inputs["vpcId"]).toBe(network.vpcId);
    const doors = ofType(stack, "aws:lb/loadBalancer:LoadBalancer").map(({ name, inputs }) => [
      name,
      inputs["subnets"],
    ]);
    expect(doors.toSorted()).toEqual([
      ["door-balancer", network.publicSubnetIds],
      ["relay-door-balancer", network.privateSubnetIds],
    ]);
    expect(stack.outputs["vpcId"]).toBe(network.vpcId);
  });

  it("is what its own addresses are: the door and the pods admit its block, and no other", async () => {
    const stack = await recordStack({ network });
    const blocks = ofType(stack, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").flatMap(
      ({ inputs }) => inputs["cidrIpv4"] ?? [],
    );
    expect(new Set(blocks)).toEqual(new Set(["10.40.0.0/16"]));
    const policies = JSON.stringify(
      ofType(stack, "kubernetes:networking.k8s.io/v1:NetworkPolicy").map(({ inputs }) => inputs),
    );
    expect(policies).toContain("10.40.0.0/16");
    expect(policies).not.toContain("10.0.0.0/16");
  });
});

describe("a telemetry stream", () => {
  it("is named to lobby and session servers, and theirs are the only roles that may write to it", async () => {
    const stack = await recordStack({ telemetry });
    const attached = ofType(stack, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(
      ({ inputs }) => inputs["policyArn"] === telemetry.writerPolicyArn,
    );
    expect(attached.map(({ name }) => name).toSorted()).toEqual([
      "lobby-identity-cloud-telemetry",
      "session-identity-cloud-telemetry",
    ]);
    const told = ofType(stack, "kubernetes:apps/v1:Deployment").filter(({ inputs }) =>
      JSON.stringify(inputs).includes('{"name":"TELEMETRY_STREAM","value":"launch-telemetry"}'),
    );
    expect(told.map(({ name }) => name).toSorted()).toEqual(
      ["lobby-blue", "lobby-green", "session-blue", "session-green"].map((fleet) => `${fleet}-deployment`),
    );
  });

  it("is what opens the way out to session servers, which have none without it", async () => {
    const says = async (inputs: unknown) => {
      const policy = (await recordStack(inputs)).resources.find(({ name }) => name === "game-session");
      return JSON.stringify((policy?.inputs["spec"] as { egress: unknown } | undefined)?.egress); // as declared in gameNamespace.ts
    };
    expect(await says({})).not.toContain("ipBlock");
    expect(await says({ telemetry })).toContain('"port":443');
  });
});

it("what other stacks need of this one is put out", async () => {
  const { outputs } = await recordStack();
  expect(outputs).toMatchObject({
    clusterArn: expect.stringMatching(/^arn:/),
    lobbyLoadBalancerArn: expect.stringMatching(/^arn:/),
    lobbyLoadBalancerName: expect.stringMatching(/^app\//),
    lobbyDnsName: expect.stringMatching(/example\.com$/),
    lobbyHostedZoneId: expect.any(String),
    relayLoadBalancerArn: expect.stringMatching(/^arn:/),
  });
});
