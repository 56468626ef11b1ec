import type { Draft, ResourceModel, Service } from "../model/model.ts";
import { isProperties, object, text } from "../model/values.ts";

const SERVICE: Omit<Service, "name"> = {
  codes: {
    missing: "MissingParameter",
    invalid: "InvalidParameterValue",
    notFound: "ResourceNotFoundException",
    inUse: "DependencyViolation",
    throttled: "ThrottlingException",
  },
};

/** How a type behaves that nothing models: any inputs do, they come back as outputs with an id (and an ARN) of likely form. */
export function permissiveModel(type: string): ResourceModel {
  const [pkg, module = "", kind = "Resource"] = type.split(":");
  const service = { ...SERVICE, name: module.split("/")[0] ?? module };
  if (pkg === "kubernetes") return { type, service, scope: "cluster", inputs: {}, id: kubernetesId };
  const slug = kind.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
  return {
    type,
    service,
    inputs: {},
    id: ({ cloud }) => `${slug}-${cloud.random.hex(17)}`,
    outputs: {
      arn: ({ id, place }) => `arn:aws:${service.name}:${place.region}:${place.account}:${slug}/${id}`,
      name: ({ name, inputs }) => inputs["name"] ?? name,
      tagsAll: ({ inputs }) => (isProperties(inputs["tags"]) ? inputs["tags"] : {}),
    },
  };
}

/** `namespace/name`, as the Kubernetes provider makes ids; a missing name is made from the Pulumi name. */
function kubernetesId({ inputs, name, cloud }: Draft): string {
  const metadata = object(inputs, "metadata");
  const object_ = text(metadata, "name") ?? `${name}-${cloud.random.hex(8)}`;
  const namespace = text(metadata, "namespace");
  return namespace === undefined ? object_ : `${namespace}/${object_}`;
}
