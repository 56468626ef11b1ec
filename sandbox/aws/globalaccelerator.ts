import type { Compute, Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, type Properties, sameValue, text } from "../model/values.ts";
import { BALANCER } from "./lbService.ts";
import { tagsRule } from "./tags.ts";

const ACCELERATOR = "aws:globalaccelerator/accelerator:Accelerator";
const LISTENER = "aws:globalaccelerator/listener:Listener";
const GROUP = "aws:globalaccelerator/endpointGroup:EndpointGroup";
const CUSTOM_ACCELERATOR = "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator";
const CUSTOM_LISTENER = "aws:globalaccelerator/customRoutingListener:CustomRoutingListener";
const CUSTOM_GROUP = "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup";
const SUBNET = "aws:ec2/subnet:Subnet";

const INVALID = "InvalidArgumentException";

/** Source of the codes: AWS Global Accelerator API reference, the errors of each action. */
const globalaccelerator: Service = {
  name: "globalaccelerator",
  codes: {
    missing: INVALID,
    invalid: INVALID,
    notFound: "AcceleratorNotFoundException",
    inUse: "AssociatedListenerFoundException",
    throttled: "ThrottlingException",
  },
};

const ofListener = { notFound: "ListenerNotFoundException", inUse: "AssociatedEndpointGroupFoundException" };
const ofGroup = { notFound: "EndpointGroupNotFoundException" };

/** The hosted zone of every accelerator. Source: AWS General Reference, "AWS Global Accelerator endpoints". */
const ZONE = "Z2BJ6XQ5FK7U4H";

/** 198.18.0.0/15 is set apart for tests (RFC 2544): no address of the sandbox is anybody's. */
const anycast: Compute = ({ cloud }) => {
  const address = () => `198.19.${cloud.random.integer(0, 255)}.${cloud.random.integer(1, 254)}`;
  return [{ ipAddresses: [address(), address()], ipFamily: "IPv4" }];
};

function acceleratorModel(type: string): ResourceModel {
  return {
    type,
    service: globalaccelerator,
    scope: "account",
    inputs: inputsOf(type, {
      ipAddresses: { immutable: true },
      ipAddressType: { enum: ["IPV4", "DUAL_STACK"] },
      attributes: { check: (value) => (isProperties(value) ? wrongFlowLogs(value) : undefined) },
      tags: tagsRule(INVALID),
    }),
    autoname: { property: "name", maxLength: 64 },
    id: ({ place, cloud }) => `arn:aws:globalaccelerator::${place.account}:accelerator/${cloud.random.uuid()}`,
    outputs: {
      arn: ({ id }) => id,
      attributes: () => ({ flowLogsEnabled: false, flowLogsS3Bucket: "", flowLogsS3Prefix: "" }),
      dnsName: ({ cloud }) => `a${cloud.random.hex(16)}.awsglobalaccelerator.sandbox.invalid`,
      dualStackDnsName: {
        onWrite: ({ inputs, cloud }) =>
          inputs["ipAddressType"] === "DUAL_STACK"
            ? `a${cloud.random.hex(16)}.dualstack.awsglobalaccelerator.sandbox.invalid`
            : "",
        exceptFor: ["attributes", "enabled", "name", "tags", "tagsAll"],
      },
      hostedZoneId: () => ZONE,
      ipSets: anycast,
    },
    keys: ["arn"],
    seconds: { create: 120, update: 30, delete: 60 },
  };
}

function wrongFlowLogs(attributes: Properties): string | undefined {
  if (attributes["flowLogsEnabled"] !== true) return undefined;
  const missing = ["flowLogsS3Bucket", "flowLogsS3Prefix"].find(
    (name) => attributes[name] === undefined || attributes[name] === "",
  );
  return missing === undefined ? undefined : `must have ${missing} where flow logs are enabled`;
}

const ofAccelerator = (type: string) => ({
  acceleratorArn: { ref: { type, by: "arn", code: "AcceleratorNotFoundException" } },
});

const listener: ResourceModel = {
  type: LISTENER,
  service: globalaccelerator,
  scope: "account",
  codes: ofListener,
  inputs: inputsOf(LISTENER, { ...ofAccelerator(ACCELERATOR), portRanges: { unordered: true } }),
  check: wrongRanges,
  refuse: (draft) => takenPort(draft, LISTENER),
  id: ({ inputs, cloud }) => `${text(inputs, "acceleratorArn")}/listener/${cloud.random.hex(8)}`,
  outputs: { arn: ({ id }) => id },
  keys: ["arn"],
  seconds: { create: 20, update: 20, delete: 20 },
};

const customListener: ResourceModel = {
  ...listener,
  type: CUSTOM_LISTENER,
  inputs: inputsOf(CUSTOM_LISTENER, {
    acceleratorArn: { ...ofAccelerator(CUSTOM_ACCELERATOR).acceleratorArn, immutable: true },
    portRanges: { unordered: true, minItems: 1, maxItems: 10 },
  }),
  refuse: (draft) => takenPort(draft, CUSTOM_LISTENER),
};

interface Range {
  readonly from: number;
  readonly to: number;
}

function rangesOf(inputs: Properties): readonly Range[] {
  return list(inputs, "portRanges")
    .filter(isProperties)
    .map(({ fromPort, toPort }) => ({ from: Number(fromPort), to: Number(toPort) }));
}

function wrongRanges(inputs: Properties): readonly Problem[] {
  const wrong = rangesOf(inputs).find(({ from, to }) => from < 1 || from > to);
  if (wrong === undefined) return [];
  const message = `the port range ${wrong.from}-${wrong.to} is not valid`;
  return [{ code: "InvalidPortRangeException", message, property: "portRanges" }];
}

/** Two listeners of one accelerator never share a port of one protocol. */
function takenPort({ inputs, cloud, id }: Draft, type: string): Problem | undefined {
  const own = rangesOf(inputs);
  const other = cloud
    .all(type)
    .filter((one) => one.id !== id && sameValue(one.inputs["acceleratorArn"], inputs["acceleratorArn"]))
    .filter((one) => sameValue(one.inputs["protocol"], inputs["protocol"]))
    .find((one) =>
      rangesOf(one.inputs).some((range) => own.some(({ from, to }) => from <= range.to && range.from <= to)),
    );
  if (other === undefined) return undefined;
  const message = `the port ranges overlap with those of the listener ${other.id}`;
  return { code: "InvalidPortRangeException", message, property: "portRanges" };
}

const groupOutputs: Readonly<Record<string, Compute>> = {
  arn: ({ id }) => id,
  endpointGroupRegion: ({ place }) => place.region,
};

const endpointGroup: ResourceModel = {
  type: GROUP,
  service: globalaccelerator,
  scope: "account",
  codes: ofGroup,
  inputs: inputsOf(GROUP, {
    listenerArn: { ref: { type: LISTENER, by: "arn", code: "ListenerNotFoundException" } },
    endpointConfigurations: { unordered: true },
    healthCheckIntervalSeconds: { default: 30, enum: [10, 30] },
    healthCheckProtocol: { default: "TCP" },
    thresholdCount: { default: 3 },
    trafficDialPercentage: { default: 100 },
    portOverrides: { unordered: true },
  }),
  unique: [{ by: ["listenerArn", "endpointGroupRegion"], code: "EndpointGroupAlreadyExistsException" }],
  refuse: (draft) => missingEndpoint(draft, BALANCER, "arn"),
  id: ({ inputs, cloud }) => `${text(inputs, "listenerArn")}/endpoint-group/${cloud.random.hex(12)}`,
  outputs: {
    ...groupOutputs,
    // -1 stands for the port of the listener, as the provider shows it.
    healthCheckPort: () => -1,
    healthCheckPath: ({ inputs }) => (inputs["healthCheckProtocol"] === "TCP" ? "" : "/"),
  },
  keys: ["arn"],
  seconds: { create: 60, update: 30, delete: 30 },
};

const customGroup: ResourceModel = {
  type: CUSTOM_GROUP,
  service: globalaccelerator,
  scope: "account",
  codes: ofGroup,
  inputs: inputsOf(CUSTOM_GROUP, {
    listenerArn: { immutable: true, ref: { type: CUSTOM_LISTENER, by: "arn", code: "ListenerNotFoundException" } },
    endpointGroupRegion: { immutable: true },
    destinationConfigurations: {
      immutable: true,
      unordered: true,
      minItems: 1,
      items: {
        properties: {
          fromPort: { min: 1, max: 65_535 },
          toPort: { min: 1, max: 65_535 },
          protocols: { unordered: true, minItems: 1, items: { enum: ["TCP", "UDP"] } },
        },
      },
    },
    endpointConfigurations: { immutable: true, unordered: true },
  }),
  unique: endpointGroup.unique ?? [],
  refuse: (draft) => missingEndpoint(draft, SUBNET, "id"),
  id: endpointGroup.id,
  outputs: groupOutputs,
  keys: ["arn"],
  seconds: { create: 60, delete: 30 },
};

/** Endpoints are of the group's region: load balancers before a standard accelerator, subnets before a custom-routing one. */
function missingEndpoint({ inputs, place, cloud }: Draft, type: string, by: string): Problem | undefined {
  const region = cloud.within(text(inputs, "endpointGroupRegion") ?? place.region);
  const wanted = type === BALANCER ? /:loadbalancer\// : /^subnet-/;
  const missing = list(inputs, "endpointConfigurations")
    .flatMap((each) => (isProperties(each) ? (text(each, "endpointId") ?? []) : []))
    .find((endpoint) => wanted.test(endpoint) && region.find(type, endpoint, by) === undefined);
  if (missing === undefined) return undefined;
  const message = `the endpoint ${missing} does not exist in the endpoint group's region`;
  return { code: INVALID, message, property: "endpointConfigurations" };
}

/** AWS Global Accelerator, standard and custom routing. */
export const globalacceleratorModels: readonly ResourceModel[] = [
  acceleratorModel(ACCELERATOR),
  acceleratorModel(CUSTOM_ACCELERATOR),
  listener,
  customListener,
  endpointGroup,
  customGroup,
];
