import { builtInObjects } from "../kubernetes/builtIns.ts";
import type { Answering, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text, texts, UNKNOWN, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { SUBNET } from "./ec2Network.ts";
import { eksAccess } from "./eksAccess.ts";
import { nodeGroup } from "./eksNodeGroup.ts";
import { CLUSTER, eks } from "./eksService.ts";

/** Kubernetes versions in standard or extended support at EKS (Amazon EKS user guide, "Kubernetes versions", autumn 2026). */
const versions = ["1.30", "1.31", "1.32", "1.33", "1.34", "1.35"];
const newest = versions.at(-1) ?? "";

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

const cluster: ResourceModel = {
  type: CLUSTER,
  service: eks,
  inputs: inputsOf(CLUSTER, {
    name: { pattern: "^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$" },
    version: { enum: versions },
    roleArn: { ref: { type: "aws:iam/role:Role", by: "arn", code: "InvalidParameterException", holds: false } },
    enabledClusterLogTypes: { unordered: true, items: { kind: "string", enum: logTypes } },
    encryptionConfig: {
      kind: "object",
      immutable: true,
      properties: {
        provider: {
          kind: "object",
          required: true,
          properties: {
            keyArn: {
              kind: "string",
              required: true,
              ref: { type: "aws:kms/key:Key", by: "arn", code: "InvalidParameterException", holds: false },
            },
          },
        },
        resources: { kind: "list", required: true, items: { kind: "string", enum: ["secrets"] } },
      },
    },
  }),
  refuse: ({ inputs, cloud }) =>
    wrongSubnets(texts(object(inputs, "vpcConfig")["subnetIds"]), (id) => cloud.find(SUBNET, id)?.outputs),
  refuseDelete: ({ outputs }) =>
    outputs["deletionProtection"] === true
      ? { code: "InvalidRequestException", message: "deletion protection is enabled for the cluster" }
      : undefined,
  autoname: { property: "name", maxLength: 100 },
  id: ({ inputs }) => text(inputs, "name") ?? "",
  answer,
  keys: ["name", "arn", "endpoint"],
  unique: [{ by: ["name"], code: "ResourceInUseException" }],
  companions: (draft) => [
    ...builtInObjects(draft.id, draft.cloud.now),
    {
      type: "aws:ec2/securityGroup:SecurityGroup",
      id: text(object(draft.outputs, "vpcConfig"), "clusterSecurityGroupId") ?? "",
      inputs: { name: `eks-cluster-sg-${draft.id}`, description: "made by EKS for the cluster" },
      outputs: {
        name: `eks-cluster-sg-${draft.id}`,
        description: "made by EKS for the cluster",
        vpcId: object(draft.outputs, "vpcConfig")["vpcId"] ?? "",
      },
    },
  ],
  removes: ({ id }, cloud) => cloud.inCluster(id),
  seconds: { create: 600, update: 180, delete: 300 },
};

/** A cluster needs subnets of one network in two zones (Amazon EKS user guide, "Networking requirements for VPC and subnets"). */
function wrongSubnets(ids: readonly string[], find: (id: string) => Properties | undefined): Problem | undefined {
  const found = ids.map(find);
  const absent = ids.filter((_, index) => found[index] === undefined);
  const property = "vpcConfig.subnetIds";
  if (absent.length > 0) {
    return { code: "InvalidParameterException", message: `the subnets ${absent.join(", ")} do not exist`, property };
  }
  const zones = new Set(found.map((subnet) => subnet?.["availabilityZone"]));
  if (zones.size < 2) {
    const message = "subnets specified must be in at least two different zones";
    return { code: "InvalidParameterException", message, property };
  }
  if (new Set(found.map((subnet) => subnet?.["vpcId"])).size > 1) {
    return { code: "InvalidParameterException", message: "the subnets must belong to one VPC", property };
  }
  return undefined;
}

/** EKS answers with the object it was given and fills in, deep within, what it made for it. */
function answer({ inputs, previous, draft }: Answering): Properties {
  const made = (name: string, make: (known: NonNullable<typeof draft>) => Value): Value =>
    previous?.[name] ?? (draft === undefined ? UNKNOWN : make(draft));
  const suffix = (known: NonNullable<typeof draft>) => known.cloud.random.hex(32).toUpperCase();
  const endpoint = made("endpoint", (known) => {
    return `https://${suffix(known)}.gr7.${known.place.region}.eks.sandbox.invalid`;
  });
  const before = object(previous ?? {}, "vpcConfig");
  const given = object(inputs, "vpcConfig");
  return {
    ...inputs,
    version: inputs["version"] ?? made("version", () => newest),
    accessConfig: { authenticationMode: "CONFIG_MAP", ...object(inputs, "accessConfig") },
    kubernetesNetworkConfig: {
      ipFamily: "ipv4",
      serviceIpv4Cidr: "172.20.0.0/16",
      serviceIpv6Cidr: "",
      ...object(inputs, "kubernetesNetworkConfig"),
    },
    upgradePolicy: { supportType: "EXTENDED", ...object(inputs, "upgradePolicy") },
    arn: made("arn", ({ place, id }) => arn("eks", place, `cluster/${id}`)),
    endpoint,
    certificateAuthority: made("certificateAuthority", ({ cloud }) => ({
      data: Buffer.from(`-----BEGIN CERTIFICATE-----\n${cloud.random.hex(64)}\n-----END CERTIFICATE-----\n`).toString(
        "base64",
      ),
    })),
    createdAt: made("createdAt", ({ cloud }) => cloud.now),
    region: inputs["region"] ?? made("region", ({ place }) => place.region),
    clusterId: "",
    identities: made("identities", ({ place, cloud }) => [
      {
        oidcs: [
          { issuer: `https://oidc.eks.${place.region}.sandbox.invalid/id/${cloud.random.hex(32).toUpperCase()}` },
        ],
      },
    ]),
    platformVersion: "eks.1",
    status: made("status", () => "ACTIVE"),
    vpcConfig: {
      endpointPrivateAccess: false,
      endpointPublicAccess: true,
      ...given,
      publicAccessCidrs: given["publicAccessCidrs"] ?? before["publicAccessCidrs"] ?? ["0.0.0.0/0"],
      clusterSecurityGroupId:
        before["clusterSecurityGroupId"] ?? (draft === undefined ? UNKNOWN : `sg-${draft.cloud.random.hex(17)}`),
      vpcId:
        before["vpcId"] ??
        (draft === undefined ? UNKNOWN : vpcOf(draft.cloud.find(SUBNET, texts(given["subnetIds"])[0] ?? "")?.outputs)),
    },
  };
}

function vpcOf(subnet: Properties | undefined): string {
  return text(subnet ?? {}, "vpcId") ?? "";
}

export const eksModels: readonly ResourceModel[] = [cluster, nodeGroup, ...eksAccess];
