import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { deserializeProperties, isRpcSecret, unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc.js";
import type { Placement } from "../../programs/blueprint.ts";
import { type BlueprintName, catalog } from "../../programs/catalog.ts";
import { runBlueprint } from "../../programs/run.ts";

export interface RecordedResource {
  readonly urn: string;
  /** Empty at the top. */
  readonly parentUrn: string;
  readonly type: string;
  readonly name: string;
  /** As the program registered them: secrets in clear, nothing filled in by a provider. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretInputs: readonly string[];
  /** The parent's type; empty at the top. */
  readonly parentType: string;
  /** URNs of resources that each input was computed from. */
  readonly inputSources: Readonly<Record<string, readonly string[]>>;
  readonly provider: string;
  readonly custom: boolean;
  readonly ignoreChanges: readonly string[];
  readonly protect: boolean;
}

export interface RecordedStack {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs: readonly string[];
}

export const development: Placement = {
  stackSet: "launch",
  target: "sandbox",
  region: "eu-west-1",
  environment: "development",
  owner: "realm-team",
  costCentre: "cc-1042",
  cloud: "sandbox",
};

export const production: Placement = {
  ...development,
  target: "live",
  environment: "production",
  account: "210987654321",
};

interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What the cloud would fill in, for the few outputs that other resources are built from. */
const computed: Readonly<Record<string, (name: string) => Record<string, unknown>>> = {
  "random:index/randomId:RandomId": () => ({ hex: "0a1b2c3d" }),
  "random:index/randomPassword:RandomPassword": (name) => ({ result: `password-of-${name}` }),
  "aws:eks/cluster:Cluster": (name) => ({
    endpoint: `https://${name}.example.com`,
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  }),
  "aws:eks/nodeGroup:NodeGroup": (name) => ({ resources: [{ autoscalingGroups: [{ name: `asg-${name}` }] }] }),
  "aws:lb/loadBalancer:LoadBalancer": (name) => ({
    dnsName: `${name}.example.com`,
    arnSuffix: `app/${name}/1`,
    zoneId: "Z0A1B2C3D4E5F6",
  }),
  "aws:globalaccelerator/accelerator:Accelerator": (name) => ({
    dnsName: `${name}.awsglobalaccelerator.com`,
    hostedZoneId: "Z2BJ6XQ5FK7U4H",
    ipSets: [{ ipFamily: "IPv4", ipAddresses: ["198.19.0.1", "198.19.0.2"] }],
  }),
  "aws:cloudfront/distribution:Distribution": (name) => ({
    domainName: `${name}.cloudfront.net`,
    hostedZoneId: "Z2FDTNDATAQYW2",
  }),
  "aws:route53recoverycontrol/cluster:Cluster": () => ({
    clusterEndpoints: ["us-east-1", "eu-west-1", "us-west-2", "ap-northeast-1", "ap-southeast-2"].map((region) => ({
      region,
      endpoint: `https://cluster.${region}.example.com/v1`,
    })),
  }),
  "aws:s3/bucket:Bucket": (name) => ({
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${name}.s3.eu-west-1.amazonaws.com`,
  }),
  "aws:ec2/eip:Eip": (name) => ({ allocationId: `${name}-id` }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1 }),
  "aws:apigatewayv2/api:Api": (name) => ({
    apiEndpoint: `https://${name}.example.com`,
    executionArn: `arn:aws:execute-api:eu-west-1:000000000000:${name}`,
  }),
  "aws:apigatewayv2/stage:Stage": (name) => ({ invokeUrl: `wss://${name}.example.com/live` }),
  "aws:lambda/function:Function": (name) => ({ invokeArn: `arn:aws:apigateway:mock:${name}` }),
  "aws:appconfig/environment:Environment": () => ({ environmentId: "env1234" }),
  "aws:appconfig/configurationProfile:ConfigurationProfile": (name) => ({ configurationProfileId: `${name}-profile` }),
  "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": () => ({ versionNumber: 1 }),
  "aws:dynamodb/table:Table": (name) => ({ streamArn: `arn:aws:dynamodb:mock:${name}/stream/1` }),
  "aws:ec2/vpc:Vpc": () => ({ ipv6CidrBlock: "2001:db8:0:100::/56" }),
};

const recorded = new Map<string, Promise<RecordedStack>>();

/** What a blueprint registers, without an engine: as a team would ask for it. */
export interface Recording {
  readonly blueprint: BlueprintName;
  /** Left out: the blueprint's example. */
  readonly inputs?: unknown;
  readonly placement?: Placement;
}

/** What the blueprint registers, without an engine. The same question is answered from the first time it was asked. */
export function recordBlueprint(recording: Recording): Promise<RecordedStack> {
  const question = JSON.stringify(recording);
  const known = recorded.get(question);
  if (known !== undefined) return known;
  const stack = recordAnew(recording);
  recorded.set(question, stack);
  return stack;
}

/** Runs the blueprint against recorded registrations instead of an engine. Each call stands alone. */
export async function recordAnew(recording: Recording): Promise<RecordedStack> {
  const { stackTraceLimit } = Error;
  // The SDK takes a stack trace for every promise it makes: more than half of the time of a recording.
  Error.stackTraceLimit = 0;
  try {
    return await record(recording);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function record({ blueprint, inputs, placement = development }: Recording): Promise<RecordedStack> {
  const resources: RecordedResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: { ...withArn({ type, name, inputs }), ...computed[type]?.(name) },
      }),
      call: ({ token }) => {
        if (token === "aws:index/getCallerIdentity:getCallerIdentity")
          return { accountId: placement.account ?? "000000000000" };
        if (token === "aws:index/getIpRanges:getIpRanges")
          return { cidrBlocks: ["198.51.100.0/26", "198.51.100.64/26"] };
        const zones = placement.region === "us-west-1" ? ["c", "a"] : ["c", "a", "b", "d"];
        return { names: zones.map((zone) => `${placement.region}${zone}`) };
      },
    },
    "meridian",
    `${placement.stackSet}.${placement.target}.${placement.region}`,
  );
  recordInto(resources);
  const outputs = await runBlueprint({
    blueprint,
    inputs: inputs ?? catalog.blueprints[blueprint].example,
    placement,
  });
  const settled = await Promise.all(Object.entries(outputs).map(settle));
  await pulumi.runtime.disconnect();
  return {
    resources,
    outputs: Object.fromEntries(settled.map(({ name, value }) => [name, value])),
    secretOutputs: settled.flatMap(({ name, secret }) => (secret ? [name] : [])),
  };
}

/** The mocks' own callback does not say parent, provider and options; the monitor behind it hears them. */
function recordInto(resources: RecordedResource[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor; // what setMocks has just put there
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request: RegisterResourceRequest, callback) => {
    const object = request.getObject();
    const given: Record<string, unknown> = object === undefined ? {} : deserializeProperties(object);
    const resource = {
      type: request.getType(),
      name: request.getName(),
      inputs: Object.fromEntries(Object.entries(given).map(([key, value]) => [key, unwrapRpcSecret(value)])),
      secretInputs: Object.keys(given).filter((key) => isRpcSecret(given[key])),
      parentUrn: request.getParent(),
      parentType: typeInUrn(request.getParent()),
      inputSources: Object.fromEntries(
        [...request.getPropertydependenciesMap().entries()].map(([key, sources]) => [key, sources.getUrnsList()]),
      ),
      provider: request.getProvider() || [...request.getProvidersMap().values()].join(),
      custom: request.getCustom(),
      ignoreChanges: request.getIgnorechangesList(),
      protect: request.getProtect() ?? false,
    };
    const place = resources.push({ ...resource, urn: "" }) - 1;
    return register(request, (error: unknown, response: { getUrn(): string } | undefined) => {
      resources[place] = { ...resource, urn: response?.getUrn() ?? "" };
      callback(error, response);
    });
  };
}

function typeInUrn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function withArn({ name, inputs }: Registration): Record<string, unknown> {
  return { arn: `arn:aws:mock:${name}`, name: inputs["name"] ?? name, arnSuffix: name, ...inputs };
}

async function settle([name, value]: [string, unknown]) {
  const output = pulumi.output(value) as pulumi.Output<unknown> & { promise(): Promise<unknown> }; // promise() is public but untyped
  return { name, value: await output.promise(), secret: await pulumi.isSecret(output) };
}
