import type { ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isList, isProperties, list, object, type Properties, text, texts, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { SUBNET } from "./ec2Network.ts";
import { CLUSTER, eks } from "./eksService.ts";

const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";

/** `<family><generation><attributes>.<size>`, as `m7i-flex.2xlarge` (Amazon EC2 user guide, "Instance type names"). */
const instanceType = /^[a-z]+\d+[a-z]*(-[a-z0-9]+)*\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/;

/** Scaling as EKS takes it: 0 ≤ min ≤ desired ≤ max, max at least 1 (EKS API reference, NodegroupScalingConfig). */
function wrongScaling(inputs: Properties): readonly Problem[] {
  const { minSize, maxSize, desiredSize } = object(inputs, "scalingConfig");
  if (typeof minSize !== "number" || typeof maxSize !== "number" || typeof desiredSize !== "number") return [];
  const property = "scalingConfig";
  const refuse = (message: string) => [{ code: "InvalidParameterException", message, property }];
  if (minSize > maxSize) return refuse(`Minimum capacity ${minSize} can't be greater than maximum size ${maxSize}`);
  if (desiredSize < minSize)
    return refuse(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  if (desiredSize > maxSize) return refuse(`Desired capacity ${desiredSize} can't be greater than max size ${maxSize}`);
  return [];
}

export const nodeGroup: ResourceModel = {
  type: NODE_GROUP,
  service: eks,
  inputs: inputsOf(NODE_GROUP, {
    clusterName: { ref: { type: CLUSTER, code: "ResourceNotFoundException" } },
    nodeRoleArn: {
      immutable: true,
      ref: { type: "aws:iam/role:Role", by: "arn", code: "InvalidParameterException", holds: false },
    },
    subnetIds: {
      unordered: true,
      immutable: true,
      minItems: 1,
      items: { kind: "string", ref: { type: SUBNET, code: "InvalidSubnetID.NotFound" } },
    },
    instanceTypes: {
      items: {
        kind: "string",
        check: (value) => (instanceType.test(String(value)) ? undefined : `'${String(value)}' is not an instance type`),
      },
    },
    capacityType: { enum: ["CAPACITY_BLOCK", "ON_DEMAND", "SPOT"] },
    launchTemplate: {
      kind: "object",
      properties: {
        id: {
          kind: "string",
          ref: { type: "aws:ec2/launchTemplate:LaunchTemplate", code: "InvalidParameterException" },
        },
        name: { kind: "string" },
        version: { kind: "string", required: true },
      },
    },
    diskSize: { default: 20 },
  }),
  check: wrongScaling,
  refuse: ({ inputs, cloud }) => {
    const vpcs = new Set(texts(inputs["subnetIds"]).map((id) => cloud.find(SUBNET, id)?.outputs["vpcId"]));
    if (vpcs.size <= 1) return undefined;
    return { code: "InvalidParameterException", message: "the subnets must belong to one VPC", property: "subnetIds" };
  },
  autoname: { property: "nodeGroupName", maxLength: 63 },
  id: ({ inputs }) => `${text(inputs, "clusterName")}:${text(inputs, "nodeGroupName")}`,
  outputs: {
    arn: ({ inputs, place, cloud }) =>
      arn(
        "eks",
        place,
        `nodegroup/${text(inputs, "clusterName")}/${text(inputs, "nodeGroupName")}/${cloud.random.uuid()}`,
      ),
    amiType: () => "AL2023_x86_64_STANDARD",
    capacityType: () => "ON_DEMAND",
    instanceTypes: () => ["t3.medium"],
    version: ({ inputs, cloud }) => cloud.find(CLUSTER, text(inputs, "clusterName") ?? "")?.outputs["version"] ?? "",
    releaseVersion: ({ outputs, inputs }) => `${text(inputs, "version") ?? text(outputs, "version") ?? ""}.0-20261101`,
    resources: ({ inputs, cloud }) => [
      {
        autoscalingGroups: [{ name: `eks-${text(inputs, "nodeGroupName")}-${cloud.random.uuid()}` }],
        remoteAccessSecurityGroupId: "",
      },
    ],
    status: () => "ACTIVE",
    updateConfig: () => ({ maxUnavailable: 1 }),
    nodeGroupNamePrefix: () => "",
  },
  keys: ["arn"],
  unique: [{ by: ["clusterName", "nodeGroupName"], code: "ResourceInUseException" }],
  companions: (draft) => {
    const name = scalingGroupOf(draft.outputs["resources"]);
    return [{ type: "aws:autoscaling/group:Group", id: name, inputs: { name }, outputs: { name } }];
  },
  seconds: { create: 150, update: 60, delete: 120 },
};

function scalingGroupOf(resources: Value | undefined): string {
  const [first] = isList(resources) ? resources : [];
  const [group] = isProperties(first) ? list(first, "autoscalingGroups") : [];
  return isProperties(group) ? (text(group, "name") ?? "") : "";
}
