import { isProperties, object, type Properties, text, type Value } from "../model/values.ts";
import { errors, type FieldError, invalid } from "./fieldError.ts";
import { hasChart } from "./helm.ts";
import type { Kind } from "./kind.ts";
import { dnsSubdomain } from "./names.ts";
import { podTemplateErrors } from "./podCheck.ts";
import type { StructuralSchema } from "./structuralSchema.ts";

/*
 * The custom resources of Agones that stacks make. Source of the schemas: the definitions in the project's own chart
 * (agones install/helm/agones/templates/crds: fleet, fleetautoscaler and the parts they include), and "None" as a port policy from the
 * reference of GameServer on agones.dev.
 */

const texts: StructuralSchema = { type: "object", values: { type: "string" } };
const metadata: StructuralSchema = { type: "object", fields: { labels: texts, annotations: texts } };
const containerName = { type: "string", most: 63, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" } as const;
const port: StructuralSchema = { type: "integer", least: 1, most: 65_535 };
const count: StructuralSchema = { type: "integer", least: 0 };
const scheduling: StructuralSchema = { type: "string", values: ["Packed", "Distributed"] };

const gameServer: StructuralSchema = {
  type: "object",
  required: ["template"],
  fields: {
    container: containerName,
    ports: {
      type: "array",
      least: 1,
      items: {
        type: "object",
        fields: {
          name: { type: "string" },
          range: { type: "string" },
          portPolicy: { type: "string", values: ["Dynamic", "Static", "Passthrough", "None"] },
          protocol: { type: "string", values: ["UDP", "TCP", "TCPUDP"] },
          container: { type: "string" },
          containerPort: port,
          hostPort: port,
        },
      },
    },
    scheduling,
    sdkServer: {
      type: "object",
      fields: {
        logLevel: { type: "string", values: ["Error", "Info", "Debug", "Trace"] },
        grpcPort: port,
        httpPort: port,
      },
    },
    health: {
      type: "object",
      fields: {
        disabled: { type: "boolean" },
        initialDelaySeconds: count,
        periodSeconds: count,
        failureThreshold: { type: "integer", least: 1 },
      },
    },
    eviction: { type: "object", fields: { safe: { type: "string", values: ["Always", "OnUpgrade", "Never"] } } },
    template: {
      type: "object",
      open: true,
      required: ["spec"],
      fields: {
        spec: {
          type: "object",
          open: true,
          required: ["containers"],
          fields: {
            containers: {
              type: "array",
              least: 1,
              items: {
                type: "object",
                open: true,
                required: ["image"],
                fields: { name: containerName, image: { type: "string" } },
              },
            },
          },
        },
      },
    },
  },
};

const fleetSchema: StructuralSchema = {
  type: "object",
  required: ["template"],
  fields: {
    replicas: count,
    scheduling,
    allocationOverflow: metadata,
    strategy: {
      type: "object",
      fields: {
        type: { type: "string", values: ["Recreate", "RollingUpdate"] },
        rollingUpdate: {
          type: "object",
          fields: { maxSurge: { type: "integer-or-string" }, maxUnavailable: { type: "integer-or-string" } },
        },
      },
    },
    template: { type: "object", required: ["spec"], fields: { metadata, spec: gameServer } },
  },
};

const autoscalerSchema: StructuralSchema = {
  type: "object",
  required: ["fleetName", "policy"],
  fields: {
    fleetName: { type: "string", most: 63, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" },
    policy: {
      type: "object",
      required: ["type"],
      fields: {
        type: { type: "string", values: ["Buffer", "Webhook", "Counter", "List", "Schedule", "Chain"] },
        buffer: {
          type: "object",
          required: ["maxReplicas"],
          fields: {
            minReplicas: count,
            maxReplicas: { type: "integer", least: 1 },
            bufferSize: { type: "integer-or-string" },
          },
        },
      },
    },
    sync: {
      type: "object",
      fields: {
        type: { type: "string", values: ["FixedInterval"] },
        fixedInterval: { type: "object", fields: { seconds: { type: "integer", least: 1 } } },
      },
    },
  },
};

/** Custom resources are known where their definitions are, which come with the chart. */
const defined: NonNullable<Kind["refuse"]> = ({ cloud, place, inputs }) => {
  if (hasChart(cloud, place.cluster ?? "", "agones")) return undefined;
  const kind = text(inputs, "kind");
  const message = `no matches for kind "${kind}" in version "${text(inputs, "apiVersion")}": the chart agones is not installed (404)`;
  return { code: "NotFound", message };
};

const fleet: Kind = {
  apiVersion: "agones.dev/v1",
  group: "agones.dev",
  kind: "Fleet",
  resource: "fleets",
  schema: fleetSchema,
  part: { path: ["spec", "template", "spec", "template"], schema: "IoK8sApiCoreV1PodTemplateSpec" },
  namespaced: true,
  nameForm: dnsSubdomain,
  generation: true,
  check: (one) => gameServerErrors(object(object(object(one, "spec"), "template"), "spec")),
  status: ({ spec }) => {
    const replicas = isProperties(spec) ? (spec["replicas"] ?? 0) : 0;
    return { replicas, readyReplicas: replicas, reservedReplicas: 0, allocatedReplicas: 0 };
  },
  refuse: defined,
  seconds: { create: 20, update: 30, delete: 10 },
};

/** What the extensions of Agones refuse (its reference of GameServer and "Port policies"). */
function gameServerErrors(spec: Properties): readonly FieldError[] {
  const { ports } = spec;
  const field = "spec.template.spec";
  const strange = (Array.isArray(ports) ? ports : []).flatMap((each: Value, index) => {
    if (!isProperties(each)) return [];
    const where = `${field}.ports[${index}]`;
    const policy = each["portPolicy"] ?? "Dynamic";
    return errors(
      policy === "Static" && each["hostPort"] === undefined
        ? invalid(`${where}.hostPort`, 0, "must be set with portPolicy Static")
        : undefined,
      policy === "None" && each["hostPort"] !== undefined
        ? invalid(`${where}.hostPort`, each["hostPort"], "cannot be set with portPolicy None")
        : undefined,
      policy !== "Passthrough" && each["containerPort"] === undefined && policy !== "None"
        ? invalid(`${where}.containerPort`, 0, "must be set")
        : undefined,
    );
  });
  return [
    ...strange,
    ...podTemplateErrors(object(spec, "template"), { restart: ["Always", "Never"], field: `${field}.template` }),
  ];
}

const autoscaler: Kind = {
  apiVersion: "autoscaling.agones.dev/v1",
  group: "autoscaling.agones.dev",
  kind: "FleetAutoscaler",
  resource: "fleetautoscalers",
  schema: autoscalerSchema,
  namespaced: true,
  nameForm: dnsSubdomain,
  check: (one) => bufferErrors(object(object(one, "spec"), "policy")),
  refuse: defined,
};

/** Source: Agones, "FleetAutoscaler Specification", and the validation of its buffer policy. */
function bufferErrors(policy: Properties): readonly FieldError[] {
  const field = "spec.policy.buffer";
  if (policy["type"] !== "Buffer") return [];
  const { bufferSize, minReplicas = 0, maxReplicas } = object(policy, "buffer");
  if (policy["buffer"] === undefined) return [invalid(field, "null", "must be set with type Buffer")];
  if (typeof maxReplicas !== "number" || typeof minReplicas !== "number") return [];
  return errors(
    minReplicas > maxReplicas
      ? invalid(`${field}.minReplicas`, minReplicas, "must not be above maxReplicas")
      : undefined,
    typeof bufferSize === "number" && bufferSize > maxReplicas
      ? invalid(`${field}.bufferSize`, bufferSize, "must not be above maxReplicas")
      : undefined,
    typeof bufferSize === "number" && minReplicas !== 0 && minReplicas < bufferSize
      ? invalid(`${field}.minReplicas`, minReplicas, "must not be below bufferSize")
      : undefined,
  );
}

/** Fleets of dedicated game servers. */
export const agones: readonly Kind[] = [fleet, autoscaler];
